/** What waits for a person, with the next step: a view of this page where one does it, and the command. */
import { count, placeName } from '../../../composition/words.ts';
import type { OverviewAnswer } from '../../api/overview.ts';
import type { Matter } from '../../api/overview.ts';
import { Ago, Badge, Command, type Tone } from '../parts/basics.tsx';
import { addressOf } from '../route.ts';

const tones: Readonly<Record<Matter['urgency'], readonly [Tone, string]>> = {
  now: ['bad', 'now'],
  soon: ['warn', 'soon'],
  later: ['plain', 'when you can'],
};

const leads: Readonly<Record<string, readonly [view: string, words: string]>> = {
  held: ['conflicts', 'Choose'],
  parked: ['parked', 'See what is parked'],
  waiting: ['parked', 'See what is parked'],
  paused: ['pauses', 'See pauses'],
  'never-run': ['plan', 'See the plan'],
};

/** Halts are of several kinds; their command names the one. */
function leadOf({ kind, command }: Matter): { readonly to: string; readonly words: string } | undefined {
  const halt = / halts ([0-9a-z]+)/.exec(` ${command}`)?.[1];
  if (halt !== undefined) return { to: addressOf('halts', halt), words: 'Look and answer' };
  const lead = leads[kind];
  return lead === undefined ? undefined : { to: addressOf(lead[0]), words: lead[1] };
}

export function Matters({ overview }: { readonly overview: OverviewAnswer }) {
  const { matters } = overview;
  return (
    <section class="card" aria-labelledby="matters">
      <h2 id="matters">{matters.length === 0 ? 'Is anything wrong?' : 'What waits for you'}</h2>
      {matters.length === 0 ? (
        <AllWell overview={overview} />
      ) : (
        <ul class="matters">
          {matters.map((matter) => (
            <One key={JSON.stringify(matter)} matter={matter} now={overview.at} />
          ))}
        </ul>
      )}
    </section>
  );
}

function AllWell({ overview: { sums, tables, servers } }: { readonly overview: OverviewAnswer }) {
  const records = tables.reduce((sum, table) => sum + table.records, 0);
  return (
    <div class="all-well">
      <span class="sign" aria-hidden="true">
        ✓
      </span>
      <p>
        No. Nothing waits for you.{' '}
        {sums.pending === 0
          ? `${count(records, 'record')} in ${count(tables.length, 'table')}, the same on ${count(servers.length, 'server')} as far as is known.`
          : `${count(sums.pending, 'record')} on the way to a server.`}
      </p>
    </div>
  );
}

function One({ matter, now }: { readonly matter: Matter; readonly now: number }) {
  const [tone, words] = tones[matter.urgency];
  const place = placeName(matter);
  const lead = leadOf(matter);
  return (
    <li>
      <span>
        <Badge tone={tone}>{words}</Badge>
      </span>
      <div class="stack">
        <p>
          {place === '' ? undefined : <strong>{place}: </strong>}
          {matter.text}
          {matter.since === undefined ? undefined : (
            <span class="muted">
              {' '}
              (<Ago at={matter.since} now={now} />)
            </span>
          )}
        </p>
        {matter.first === undefined ? undefined : <p class="small">{matter.first}</p>}
        <p class="small">
          <Command text={matter.command} />
        </p>
      </div>
      {lead === undefined ? (
        <span />
      ) : (
        <a class="button" href={lead.to}>
          {lead.words}
          <span class="only-read"> {place}</span>
        </a>
      )}
    </li>
  );
}
