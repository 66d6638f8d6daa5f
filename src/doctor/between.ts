/** What is right on each server and does not go together: types, rules, value lists, keys, clocks. */
import { count, duration } from '../composition/words.ts';
import type { Configuration, LinkConfiguration, TableConfiguration } from '../config/configuration.ts';
import { fieldOnServer } from '../config/field-names.ts';
import { ConfigurationError } from '../config/problem.ts';
import { resolveTables } from '../config/resolve.ts';
import { type FieldName, type ServerName } from '../core/names.ts';
import type { InspectedField, InspectedLayout } from '../ports/inspection.ts';
import { checks } from './catalogue.ts';
import { failed, type Finding, type Found, ok, warning } from './finding.ts';
import type { ServerLook } from './look.ts';
import { type DigestedSample, sameKeysFindings } from './same-keys.ts';

/** A table on a server whose layout is right by itself. */
type Seen = {
  readonly link: LinkConfiguration;
  readonly layout: InspectedLayout;
  readonly sample: DigestedSample | undefined;
};

export async function findingsBetween(
  configuration: Configuration,
  looks: readonly ServerLook[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const table of configuration.tables) {
    const seen = table.links.flatMap((link) => seenOf(link, table, looks));
    if (seen.length < 2) continue;
    const found = await foundBetween(configuration, table, seen);
    findings.push(...found.map((one) => ({ ...one, table: table.name })));
  }
  return [...findings, ...skewFindings(configuration, looks)];
}

function seenOf(
  link: LinkConfiguration,
  { name }: TableConfiguration,
  looks: readonly ServerLook[],
): readonly Seen[] {
  const look = looks.find(({ server }) => server === link.server);
  const seen = look?.seen.find(({ table }) => table === name);
  return seen === undefined ? [] : [{ link, layout: seen.layout, sample: seen.sample }];
}

async function foundBetween(
  configuration: Configuration,
  table: TableConfiguration,
  seen: readonly Seen[],
): Promise<readonly Found[]> {
  const on = seen.map(({ link }) => link.server).join(', ');
  const together = { ...table, links: seen.map(({ link }) => withoutFurther(link)) };
  const fields = await carriedFields(configuration, together, seen);
  if (!('fields' in fields)) return fields.problems;
  const rules = fields.fields.flatMap((field) => rulesBetween(field, seen));
  const lists = fields.fields.flatMap((field) => listsBetween(field, seen));
  const areListsThere = fields.fields.some((field) => listed(field, seen).length > 1);
  return [
    ok('types', `each of ${count(fields.fields.length, 'field')} has one type on ${on}`),
    ...(rules.length > 0
      ? rules
      : [ok('rules', `no server refuses by a rule of its own what another takes (${on})`)]),
    ...(lists.length === 0 && areListsThere
      ? [ok('value-lists', `value lists hold the same values (${on})`)]
      : lists),
    ...sameKeysFindings(sampledPairs(seen)),
  ];
}

/** Looked at on each server by itself. */
const withoutFurther = (link: LinkConfiguration): LinkConfiguration => ({
  ...link,
  deleteLog: undefined,
  sweepLayout: undefined,
});

async function carriedFields(
  configuration: Configuration,
  table: TableConfiguration,
  seen: readonly Seen[],
): Promise<{ readonly fields: readonly FieldName[] } | { readonly problems: readonly Found[] }> {
  try {
    const [resolved] = await resolveTables(
      { ...configuration, tables: [table] },
      async (server) => seen.find(({ link }) => link.server === server)?.layout.fields,
    );
    const plan = resolved?.plan;
    return { fields: [...(plan?.fields ?? []), ...(plan?.createOnly ?? [])].map(({ name }) => name) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { problems: error.problems.map(({ message, remedy }) => failed('types', message, remedy)) };
  }
}

const fieldOn = (field: FieldName, { link, layout }: Seen): InspectedField | undefined => {
  const name = fieldOnServer(field, link.rename);
  return layout.fields.find(
    (each) =>
      each.name === name || each.formerly?.includes(name) === true || name.startsWith(`${each.name}(`),
  );
};

/** Each rule of a field in words, and whether it is stricter on the one than on the other. */
const rules: readonly {
  readonly words: string;
  readonly stricter: (one: InspectedField, other: InspectedField) => boolean;
}[] = [
  { words: 'must not be empty', stricter: (one, other) => one.notEmpty && !other.notEmpty },
  { words: 'takes numbers only', stricter: (one, other) => one.numeric && !other.numeric },
  {
    words: 'takes four-digit years only',
    stricter: (one, other) => one.fourDigitYear && !other.fourDigitYear,
  },
  { words: 'takes times of a day only', stricter: (one, other) => one.timeOfDay && !other.timeOfDay },
];

/** Which values of the one server may come to the other. */
const flows = (seen: readonly Seen[]): readonly (readonly [from: Seen, to: Seen])[] =>
  seen.flatMap((from) =>
    seen
      .filter((to) => to !== from && from.link.role !== 'receive' && to.link.role !== 'send')
      .map((to) => [from, to] as const),
  );

function rulesBetween(name: FieldName, seen: readonly Seen[]): readonly Found[] {
  return flows(seen).flatMap(([from, to]) => {
    const [sent, taken] = [fieldOn(name, from), fieldOn(name, to)];
    if (sent === undefined || taken === undefined) return [];
    const words = [
      ...rules.filter(({ stricter }) => stricter(taken, sent)).map((rule) => rule.words),
      ...longest(sent, taken),
    ];
    return words.map((rule) => ruleFinding(name, rule, from.link.server, to.link.server));
  });
}

const longest = (sent: InspectedField, taken: InspectedField): readonly string[] => {
  const most = taken.maxCharacters;
  return most > 0 && (sent.maxCharacters === 0 || sent.maxCharacters > most)
    ? [`takes ${count(most, 'character')} at most`]
    : [];
};

const ruleFinding = (field: FieldName, rule: string, from: ServerName, to: ServerName): Found =>
  warning(
    'rules',
    `field ${field} ${rule} on ${to}, and not on ${from}: a record of ${from} may be refused, and parked`,
    checks.rules.remedy,
  );

/** Each pair once. How many values differ is told, not which: they may be content. */
function listsBetween(name: FieldName, seen: readonly Seen[]): readonly Found[] {
  return pairsOf(listed(name, seen)).flatMap(([one, other]) => {
    const [onlyHere, onlyThere] = [
      one.values.difference(other.values).size,
      other.values.difference(one.values).size,
    ];
    if (onlyHere + onlyThere === 0) return [];
    const text = `field ${name} has value lists that differ: ${count(onlyHere, 'value')} only on ${one.server}, ${onlyThere} only on ${other.server}`;
    return [warning('value-lists', text, checks['value-lists'].remedy, { onlyHere, onlyThere })];
  });
}

type Listed = { readonly server: ServerName; readonly values: ReadonlySet<string> };

/** Where the field is shown with a value list. */
function listed(name: FieldName, seen: readonly Seen[]): readonly Listed[] {
  return seen.flatMap((each) => {
    const list = fieldOn(name, each)?.valueList;
    const values = each.layout.valueLists.find((one) => one.name === list)?.values;
    return values === undefined ? [] : [{ server: each.link.server, values: new Set(values) }];
  });
}

/** Each pair once. */
const pairsOf = <T>(all: readonly T[]): readonly (readonly [T, T])[] =>
  all.flatMap((one, at) => all.slice(at + 1).map((other) => [one, other] as const));

/** Those between which records may go. */
function sampledPairs(seen: readonly Seen[]): Parameters<typeof sameKeysFindings>[0] {
  const pairs = flows(seen);
  return pairsOf(seen).flatMap(([one, other]) => {
    const isBetween = pairs.some((pair) => pair.includes(one) && pair.includes(other));
    if (!isBetween || one.sample === undefined || other.sample === undefined) return [];
    return [
      [
        { server: one.link.server, ...one.sample },
        { server: other.link.server, ...other.sample },
      ],
    ];
  });
}

function skewFindings({ alarms }: Configuration, looks: readonly ServerLook[]): readonly Finding[] {
  const measured = looks.flatMap(({ server, offset }) => (offset === undefined ? [] : [{ server, offset }]));
  if (measured.length < 2) return [];
  const apart = pairsOf(measured).flatMap(([one, other]) => {
    const surely = Math.max(one.offset.lo - other.offset.hi, other.offset.lo - one.offset.hi);
    return surely > alarms.skewMs ? [{ one: one.server, other: other.server, surely }] : [];
  });
  const most = duration(alarms.skewMs);
  if (apart.length === 0) return [ok('skew', `the clocks agree, within the ${most} of alarms.skew`)];
  return apart.map(({ one, other, surely }) =>
    warning(
      'skew',
      `the clocks of ${one} and ${other} differ by ${duration(surely)} or more; alarms.skew is ${most}`,
      checks.skew.remedy,
      {
        atLeastMs: surely,
      },
    ),
  );
}
