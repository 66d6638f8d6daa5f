/** A proposal as `serversync.yaml`, with a comment at each choice: why it was made, and what to say for another one. */
import { Document, isMap, isScalar } from 'yaml';
import { type Api, shownBy } from '../core/api.ts';
import type { DeletePolicy } from '../core/link.ts';
import type { TimeZone } from '../core/time-zone.ts';
import type { FieldProposal } from './fields.ts';
import type { TableProposal } from './proposal.ts';
import { comparisonWords } from './words.ts';

export type WrittenServer = {
  readonly name: string;
  readonly url: string;
  readonly api: Api;
  readonly timeZone: TimeZone;
  readonly caFile?: string;
};

export type Settings = { readonly servers: readonly WrittenServer[]; readonly deletes: DeletePolicy };

/** `tables`: such as lack nothing. */
export function writtenConfiguration(tables: readonly TableProposal[], settings: Settings): string {
  const databases = new Map(settings.servers.map(({ name }) => [name, usualDatabase(name, tables)]));
  const document = new Document({
    version: 1,
    servers: Object.fromEntries(settings.servers.map((server) => [server.name, serverOf(server, databases)])),
    tables: Object.fromEntries(tables.map((table) => [table.name, tableOf(table, settings, databases)])),
  });
  document.commentBefore = header;
  comment(
    document,
    ['servers'],
    ['Of two edits whose order cannot be known, that of the server named first wins.'],
  );
  for (const table of tables) commentTable(document, table, settings);
  for (const { name } of tables) asOneLine(document, ['tables', name, 'modified']);
  for (const { name, places } of tables)
    for (const { server } of places) asOneLine(document, ['tables', name, 'servers', server]);
  return document.toString({ lineWidth: 0 });
}

const header = ` yaml-language-server: $schema=./serversync.schema.json
 Written by serversync init. Every setting is in docs/configuration.md. Accounts are never in this file.`;

const serverOf = (
  { name, url, api, timeZone, caFile }: WrittenServer,
  databases: ReadonlyMap<string, string>,
) => ({
  url,
  ...(api !== 'data' && { api }),
  ...(databases.has(name) && { database: databases.get(name) }),
  timeZone,
  ...(caFile !== undefined && { caFile }),
});

/** The file that most tables are in; the others name theirs. */
function usualDatabase(server: string, tables: readonly TableProposal[]): string {
  const names = tables.flatMap(({ places }) =>
    places.filter((place) => place.server === server).map(({ database }) => database),
  );
  const counted = [...Map.groupBy(names, (name) => name)].toSorted(([, a], [, b]) => b.length - a.length);
  return counted[0]?.[0] ?? 'Main';
}

function tableOf(
  { key, stamp, fields, places }: TableProposal,
  { deletes }: Settings,
  databases: ReadonlyMap<string, string>,
) {
  return {
    key: key?.field,
    modified:
      stamp?.stampedBy === 'host'
        ? stamp.field.name
        : { field: stamp?.field.name, stampedBy: stamp?.stampedBy },
    fields: fields.map(entryOf),
    servers: Object.fromEntries(
      places.map(({ server, api, database, layout, role, rename }) => [
        server,
        {
          [shownBy[api]]: layout,
          ...(database !== databases.get(server) && { database }),
          ...(role !== 'both' && { role }),
          ...(Object.keys(rename).length > 0 && { rename }),
        },
      ]),
    ),
    deletes,
  };
}

const entryOf = ({ name, mode, unique }: FieldProposal) =>
  mode === 'sync' && !unique ? name : { name, ...(mode !== 'sync' && { mode }), ...(unique && { unique }) };

function commentTable(document: Document, table: TableProposal, { deletes }: Settings): void {
  const at = ['tables', table.name];
  comment(
    document,
    [...at, 'key'],
    [
      `The key: ${(table.key?.reasons ?? []).join('; ')}.`,
      ...table.keys.refused.map(({ field, why }) => `Not ${field.name}: ${why}.`),
    ],
  );
  comment(document, [...at, 'modified'], stampComments(table));
  comment(document, [...at, 'fields'], fieldComments(table));
  comment(
    document,
    [...at, 'servers'],
    table.comparisons.flatMap((comparison) => comparisonWords(comparison)),
  );
  const isSafe = table.places.every(({ api }) => api === 'data');
  comment(
    document,
    [...at, 'deletes'],
    [...(deletes === 'ignore' ? [deleteComment] : []), ...(isSafe ? [] : [hiddenComment])],
  );
  document.setIn([...at, 'fields'], document.getIn([...at, 'fields'], true));
  for (const [index, { mode }] of table.fields.entries())
    if (mode !== 'sync') asOneLine(document, [...at, 'fields', index]);
}

const deleteComment =
  'A delete stays where it was made: the safe way to begin. After a week without surprises in `serversync status` write edit-wins: then a delete goes everywhere, unless the record was edited elsewhere meanwhile, and many at once halt the table.';

const hiddenComment =
  'Over OData a record that the account may not see counts as deleted: see that its privilege set may view all records of this table (Records: View: yes, without a calculation), before deletes are carried, and whenever it is changed.';

function stampComments({ stamp, stamps }: TableProposal): readonly string[] {
  if (stamp === undefined) return [];
  const guess = stamp.isGuess
    ? [
        "Whose clock sets it cannot be seen from outside: look at its auto-enter options in FileMaker, or let `serversync doctor --write-probe` try it. The choices: host, user (the users' computers), utcMilliseconds.",
      ]
    : [];
  return [
    `The modification stamp: ${stamp.reasons.join('; ')}.`,
    ...guess,
    ...stamp.doubts.map((doubt) => `${doubt}.`),
    ...stamps.fit
      .filter(({ field }) => field !== stamp.field)
      .map(({ field, stampedBy }) => `Also possible: ${field.name} (${stampedBy}).`),
    ...stamps.refused.map(({ field, why }) => `Not ${field.name}: ${why}.`),
  ];
}

const fieldComments = ({ fields, leftOut }: TableProposal): readonly string[] => [
  ...fields.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}.`])),
  ...[...Map.groupBy(leftOut, ({ why }) => why)].map(
    ([why, of]) => `Left out, ${why}: ${of.map(({ name }) => name).join(', ')}.`,
  ),
];

/** Comments stand before the name of the pair, not between it and its value. */
function comment(document: Document, path: readonly (string | number)[], lines: readonly string[]): void {
  const parent = document.getIn(path.slice(0, -1), true);
  if (!isMap(parent) || lines.length === 0) return;
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  if (pair === undefined || !isScalar(pair.key)) return;
  pair.key.commentBefore = lines.map((line) => wrappedComment(line)).join('\n');
}

const widest = 110;

function wrappedComment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < widest) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? ` ${word}` : `   ${word}`);
  }
  return lines.join('\n');
}

function asOneLine(document: Document, path: readonly (string | number)[]): void {
  const node: unknown = document.getIn(path, true);
  if (isMap(node)) node.flow = true;
}
