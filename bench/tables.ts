/** Figures as tables for people. */
import { defaultNiceness } from '../src/core/niceness.ts';
import type { Figure, Results } from './result.ts';

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits });
const seconds = (ms: number): string => `${number(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${number(share * 100, 1)}%`;
const none = '';

type Column = readonly [title: string, value: (figure: Figure) => string];

const what = ({ work, rows, servers, profile, sessions, niceness, script, changed }: Figure): string =>
  [
    {
      'first-sync': 'first sync',
      changes: 'changes',
      idle: 'idle tick',
      verify: 'verify',
      sweep: 'sweep',
      arrival: 'edits',
    }[work],
    changed === undefined ? `of ${number(rows)}` : `${number(changed)} of ${number(rows)}`,
    servers === 2 ? none : `on ${servers} servers`,
    profile === 'none' ? 'no latency' : `${profile.toUpperCase()}, ${sessions} sessions`,
    script ? 'by script' : none,
    niceness === defaultNiceness ? none : `niceness ${niceness}`,
  ]
    .filter((part) => part !== none)
    .join(', ');

const speed: readonly Column[] = [
  ['Work', what],
  ['Took', ({ tookMs }) => seconds(tookMs)],
  ['Records/s', ({ perSecond }) => number(perSecond)],
  ['Share of the floor', ({ shareOfFloor }) => percent(shareOfFloor)],
  ['Plain loop, 1 session', ({ peer }) => (peer ? `${number(peer.oneAtATime)}/s` : none)],
  ['with as many', ({ peer }) => (peer ? `${number(peer.parallel)}/s` : none)],
  ['Bare client', ({ peer }) => (peer ? `${number(peer.bare)}/s` : none)],
  ['Share of it', ({ peer, perSecond }) => (peer ? percent(perSecond / peer.bare) : none)],
  [
    'Times the plain loop',
    ({ peer, perSecond }) =>
      peer ? `${number(perSecond / peer.oneAtATime, 1)}; ${number(perSecond / peer.parallel, 2)}` : none,
  ],
];

const lost: readonly Column[] = [
  ['Work', what],
  ['Floor', ({ floorMs }) => (floorMs === undefined ? none : seconds(floorMs))],
  ['Writing', ({ used }) => (used ? seconds(used.writingMs) : none)],
  ['Before the first write', ({ used }) => (used ? seconds(used.beforeMs) : none)],
  ['Other requests', ({ used }) => (used ? seconds(used.otherMs) : none)],
  ['Idle', ({ used }) => (used ? seconds(used.idleMs) : none)],
  ['After the last', ({ used }) => (used ? seconds(used.afterMs) : none)],
  [
    'One write took',
    ({ writeTookMs }) => (writeTookMs === undefined ? none : `${number(writeTookMs, 2)} ms`),
  ],
];

const cost: readonly Column[] = [
  ['Work', what],
  [
    'Requests/record, source',
    ({ requestsPerRecord, records }) => (records > 0 ? number(requestsPerRecord.source, 3) : none),
  ],
  [
    'receivers',
    ({ requestsPerRecord, records }) => (records > 0 ? number(requestsPerRecord.receiver, 3) : none),
  ],
  [
    'CPU/1,000 records, engine',
    ({ cpu, records }) => (records > 0 ? `${number(cpu.engineMs / records, 3)} s` : none),
  ],
  [
    'simulated servers',
    ({ cpu, records }) => (records > 0 ? `${number((cpu.sourceMs + cpu.receiversMs) / records, 3)} s` : none),
  ],
  ['Peak memory', ({ enginePeakMb }) => `${number(enginePeakMb)} MB`],
  [
    'State calls/record',
    ({ state, records }) => (records > 0 && state.calls > 0 ? number(state.calls / records, 3) : none),
  ],
];

/** The source has as much to do for two servers as for twenty, and each delivery costs the same. */
const several: readonly Column[] = [
  ['Work', what],
  ['Deliveries', ({ records }) => number(records)],
  ['Requests at the source', ({ requests }) => requestsText(requests.source)],
  ['CPU of the engine', ({ cpu }) => seconds(cpu.engineMs)],
  ['for 1,000 deliveries', ({ cpu, records }) => seconds((cpu.engineMs * 1000) / records)],
  ['State calls/delivery', ({ state, records }) => number(state.calls / records, 2)],
];

const requestsText = (requests: Figure['requests']['source']): string =>
  Object.entries(requests)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');

const ticks: readonly Column[] = [
  ['Work', what],
  ['Requests at the source', ({ requests }) => requestsText(requests.source)],
  ['at the other', ({ requests }) => requestsText(requests.receiver)],
  ['State calls', ({ state }) => number(state.calls)],
  ['in so many turns', ({ state }) => number(state.turns)],
  ['Took', ({ tookMs }) => seconds(tookMs)],
];

const arrivals: readonly Column[] = [
  ['Work', what],
  ['Edits', ({ arrival }) => number(arrival?.edits ?? 0)],
  ['Read every', ({ arrival }) => seconds(arrival?.intervalMs ?? 0)],
  ['p50', ({ arrival }) => seconds(arrival?.p50Ms ?? 0)],
  ['p95', ({ arrival }) => seconds(arrival?.p95Ms ?? 0)],
  ['p99', ({ arrival }) => seconds(arrival?.p99Ms ?? 0)],
];

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(title: string, columns: readonly Column[], figures: readonly Figure[]): readonly string[] {
  if (figures.length === 0) return [];
  return [
    `**${title}**`,
    '',
    line(columns.map(([name]) => name)),
    `|${columns.map(() => '---|').join('')}`,
    ...figures.map((figure) => line(columns.map(([, value]) => value(figure)))),
    '',
  ];
}

const perRow = ({ cpu, records }: Figure): number => cpu.engineMs / records;

/** Sizes of one work without latency, the smallest from 10,000 rows first. */
function growthLines(figures: readonly Figure[]): readonly string[] {
  const alike = Map.groupBy(
    figures.filter(({ profile, servers, rows }) => profile === 'none' && servers === 2 && rows >= 10_000),
    ({ work, options }) => `${work}${options.includes('--sweepLayout') ? ' by sweepLayout' : ''}`,
  );
  return [...alike].flatMap(([work, found]) => {
    const sorted = found.toSorted((a, b) => a.rows - b.rows);
    const [least, most] = [sorted[0], sorted.at(-1)];
    if (least === undefined || most === undefined || least === most || most.records === 0) return [];
    const times = number(perRow(most) / perRow(least), 2);
    const memory = number(most.enginePeakMb / least.enginePeakMb, 2);
    return [
      `- ${work}: ${number(most.rows)} rows take ${times} times the CPU of the engine for a row, and ${memory} times the memory at its peak, of ${number(least.rows)}.`,
    ];
  });
}

/** What our own script gives beside single requests of the same run. */
const scriptLines = (figures: readonly Figure[]): readonly string[] =>
  figures
    .filter(({ script }) => script)
    .flatMap((one) => {
      const single = figures.find(
        (other) => !other.script && what({ ...one, script: false }) === what(other),
      );
      if (single === undefined) return [];
      const times = number(one.perSecond / single.perSecond, 1);
      return [`- ${what(one)}: ${times} times the records/s of single requests.`];
    });

const isSeveral = ({ servers }: Figure): boolean => servers > 2;

export function markdown({ machine, date, commit, figures }: Results): string {
  const { cores, processor, memoryGb, node, loadBefore } = machine;
  const compared = [...growthLines(figures), ...scriptLines(figures)];
  const of = (which: (figure: Figure) => boolean): readonly Figure[] => figures.filter(which);
  const command: readonly Column[] = [
    ['Work', what],
    ['Command', ({ options }) => `\`npm run bench -- ${options}\``],
  ];
  // With the smallest pair of servers to compare with.
  const sizes = new Set(figures.filter(isSeveral).map(({ rows }) => rows));
  return [
    `${cores} cores (${processor}), ${memoryGb} GB, Node ${node}, ${date.slice(0, 10)}, commit ${commit}; load before: ${number(loadBefore, 1)}.`,
    ...(loadBefore > cores / 2
      ? [
          '',
          'The machine had other work at the same time: times and rates are worse than on one that has not.',
        ]
      : []),
    '',
    ...table(
      'Speed',
      speed,
      of(({ work }) => work !== 'idle' && work !== 'arrival'),
    ),
    ...table(
      'Where the time of the busiest receiver’s sessions went',
      lost,
      of(({ used, floorMs }) => used !== undefined && floorMs !== undefined),
    ),
    ...table(
      'Cost',
      cost,
      of(({ work, servers }) => work !== 'idle' && servers === 2),
    ),
    ...(compared.length > 0 ? [...compared, ''] : []),
    ...table(
      'Several servers',
      several,
      of(({ work, rows, profile }) => work === 'first-sync' && profile === 'none' && sizes.has(rows)),
    ),
    ...table(
      'An idle tick',
      ticks,
      of(({ work }) => work === 'idle'),
    ),
    ...table(
      'From an edit to its arrival',
      arrivals,
      of(({ arrival }) => arrival !== undefined),
    ),
    ...table('The commands', command, figures),
  ].join('\n');
}
