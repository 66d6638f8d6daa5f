/** A proposal on the screen: a table of what belongs together, and below it why, and what was left out. */
import { shownBy } from '../../core/api.ts';
import { count } from '../../composition/words.ts';
import type { LeftOut } from '../../setup/fields.ts';
import type { Lack, Place, TableProposal } from '../../setup/proposal.ts';
import { tableNameOf } from '../../setup/names.ts';
import type { SeenLayout } from '../../setup/seen.ts';
import { comparisonWords } from '../../setup/words.ts';
import { columns } from '../words.ts';

const width = 80;

/** A column for each server where that fits, else a row for each. */
export function overviewLines(tables: readonly TableProposal[]): readonly string[] {
  const wide = columns(wideRows(tables));
  const fits = wide.every((line) => line.length <= width);
  return fits ? wide : columns(longRows(tables));
}

function wideRows(tables: readonly TableProposal[]): readonly (readonly string[])[] {
  const servers = [...new Set(tables.flatMap(({ places }) => places.map(({ server }) => server)))];
  const apiOf = (server: string) =>
    tables.flatMap(({ places }) => places).find((place) => place.server === server)?.api ?? 'data';
  const heading = ['table', ...servers.map((server) => `${server} ${shownBy[apiOf(server)]}`), ...ending];
  const rows = tables.map((table) => [
    table.name,
    ...servers.map((server) => layoutOf(table.places.find((place) => place.server === server))),
    ...endOf(table),
  ]);
  return [heading, ...rows];
}

const longRows = (tables: readonly TableProposal[]): readonly (readonly string[])[] => [
  ['table', 'server', shownAs(tables), ...ending],
  ...tables.flatMap((table) =>
    table.places.map((place, index) => [
      index === 0 ? table.name : '',
      place.server,
      layoutOf(place),
      ...(index === 0 ? endOf(table) : ['', '', '']),
    ]),
  ),
];

const ending = ['key', 'stamp', 'fields'];

const shownAs = (tables: readonly TableProposal[]): string => {
  const apis = new Set(tables.flatMap(({ places }) => places.map(({ api }) => api)));
  return [...apis].map((api) => shownBy[api]).join('/');
};

const layoutOf = (place: Place | undefined): string => place?.layout ?? '-';

const endOf = ({ key, stamp, fields }: TableProposal): readonly string[] => [
  key?.field ?? 'none',
  stamp?.field.name ?? 'none',
  String(fields.length),
];

/** Why each is so; the lines are broken by the terminal's output. */
export function detailLines(table: TableProposal): readonly string[] {
  const { name, places, key, keys, stamp, stamps, fields } = table;
  const synced = fields.map((field) =>
    field.mode === 'sync' ? field.name : `${field.name} (${field.mode})`,
  );
  return [
    '',
    `${name}: ${places.map(placeWords).join(', ')}`,
    ...(key === undefined
      ? ['    no key that could be proposed']
      : [`    key ${key.field}: ${key.reasons.join('; ')}`]),
    ...keys.refused.map(({ field, why }) => `    not as key ${field.name}: ${why}`),
    ...(key === undefined ? keys.possible : []).map(
      ({ field, reasons }) =>
        `    perhaps ${field.name}: ${reasons.join('; ')}. Take it with --key ${name}=${field.name}`,
    ),
    ...(stamp === undefined
      ? ['    no modification stamp that could be proposed']
      : [`    stamp ${stamp.field.name}, stampedBy ${stamp.stampedBy}: ${stamp.reasons.join('; ')}`]),
    ...(stamp?.doubts ?? []).map((doubt) => `    ${doubt}`),
    ...stamps.refused.map(({ field, why }) => `    not as stamp ${field.name}: ${why}`),
    `    kept the same: ${synced.length === 0 ? 'no field' : synced.join(', ')}`,
    ...fields.flatMap(({ name: field, note }) => (note === undefined ? [] : [`    ${field}: ${note}`])),
    ...leftOutLines(table.leftOut),
    ...renameLines(table.leftOut),
    ...places.flatMap(portalLines),
    ...alternativeLines(table),
    ...table.comparisons.flatMap((comparison) => comparisonWords(comparison).map((line) => `    ${line}`)),
    ...table.lacks.map((lack) => `    ${lackWords[lack]}`),
  ];
}

const placeWords = ({ server, database, layout, total, role }: Place): string => {
  const records = total === undefined ? '' : `, ${count(total, 'record')}`;
  return `${layout} of ${database} on ${server}${role === 'both' ? '' : ` (${role})`}${records}`;
};

const leftOutLines = (leftOut: readonly LeftOut[]): readonly string[] =>
  [...Map.groupBy(leftOut, ({ why }) => why)].map(
    ([why, of]) => `    left out, ${why}: ${of.map(({ name }) => name).join(', ')}`,
  );

/** Fields that only one has, on several servers: perhaps one field under two names, which no name tells. */
function renameLines(leftOut: readonly LeftOut[]): readonly string[] {
  const sides = new Set(leftOut.map(({ why }) => why).filter((why) => why.startsWith('only on ')));
  return sides.size < 2
    ? []
    : [
        '    where two of these are one field under two names, write it under fields, and under rename of the server that names it otherwise: docs/configuration.md',
      ];
}

const portalLines = ({ server, layout, portals }: Place): readonly string[] =>
  portals === 0
    ? []
    : [`    ${layout} on ${server} has ${count(portals, 'portal')}: the sync is faster by a layout without`];

function alternativeLines({ name, alternatives, places }: TableProposal): readonly string[] {
  if (alternatives.length === 0) return [];
  const shown = alternatives.map(({ server, layout }) => `${layout} on ${server}`).join(', ');
  const [first] = places;
  const example = `--layout ${name}@${first?.server}=${first?.api === 'odata' ? 'TABLE' : 'LAYOUT'}`;
  return [`    the same table is also shown by ${shown}; another one is taken with ${example}`];
}

export const lackWords: Readonly<Record<Lack, string>> = {
  key: 'it is left out of the configuration until it has a key: serversync init --create-fields says how',
  stamp: 'it is left out of the configuration until it has a stamp: serversync init --create-fields says how',
  fields: 'it is left out of the configuration: no field could be kept the same',
  'same-keys': 'it is left out of the configuration until the files have the same keys',
};

/** Layouts of one server alone: names only, and not too many. */
export function unmatchedLines(unmatched: readonly SeenLayout[]): readonly string[] {
  const most = 10;
  const byServer = [...Map.groupBy(unmatched, ({ server }) => server)];
  const lines = byServer.map(([server, layouts]) => {
    const names = layouts.slice(0, most).map(({ layout }) => layout);
    const more = layouts.length > most ? ` and ${layouts.length - most} more` : '';
    return `Only on ${server}, so not proposed: ${names.join(', ')}${more}`;
  });
  return byServer.length < 2 ? lines : [...lines, pairingLine(unmatched)];
}

/** Two names of one table are told by a person only; the options need the same name of a table for both. */
function pairingLine(unmatched: readonly SeenLayout[]): string {
  const firsts = [...Map.groupBy(unmatched, ({ server }) => server)].flatMap(([, [first]]) => first ?? []);
  const name = tableNameOf(firsts[0]?.layout ?? '', new Set());
  const isOData = firsts.some(({ api }) => api === 'odata');
  const options = firsts.map(({ server, layout }) => `--layout ${quoted(`${name}@${server}=${layout}`)}`);
  return `    ${isOData ? 'What has another name and is' : 'Layouts with other names that show'} the same table ${isOData ? 'belongs' : 'belong'} together by options, such as ${options.join(' ')}`;
}

const quoted = (text: string): string => (/^[\p{L}\p{N}_@=.-]+$/u.test(text) ? text : `"${text}"`);
