/** Servers that cannot be read or written now: by the breakers of a stack, or by what the runs of this machine ended with. */
import type { Api } from '../../core/api.ts';
import { isOpen } from '../../core/breaker.ts';
import type { FailingServer } from '../../core/run-record.ts';
import { apiOf, reasonOf } from '../server-reasons.ts';
import type { Finder, Look, Matter, Words } from './matter.ts';

export const serversFailing: Finder = async ({ configuration, control, isStack }) => {
  const failing = await failingNow({ configuration, control, isStack });
  return failing.map((one) => failingOf(one, apiOf(configuration, one.server), isStack));
};

/** Each once, since it began to fail; of those that are configured. */
export async function failingNow({
  configuration,
  control,
  isStack,
}: Pick<Look, 'configuration' | 'control' | 'isStack'>): Promise<readonly FailingServer[]> {
  const known = new Set(configuration.servers.map(({ name }) => name));
  const failing = isStack ? (await control.breakers()).filter(isOpen) : await failingHere(control);
  const of = failing.filter(({ server }) => known.has(server));
  return [...Map.groupBy(of, ({ server }) => server).values()].flatMap((all) =>
    all
      .toSorted((a, b) => a.since - b.since)
      .slice(0, 1)
      .map(({ server, code, since }) => ({ server, code, since })),
  );
}

/** On this machine: a state in which no run has begun its work, since none reached a server yet. */
export const neverRun: Finder = async ({ control, isStack }) => {
  if (isStack || (await control.runs(1)).length > 0) return [];
  return [
    {
      kind: 'never-run',
      urgency: 'now',
      text: 'no run has read a server yet',
      next: ['run', '--once'],
    },
  ];
};

/** The last run says which; a run before it, since when. */
async function failingHere(control: {
  readonly runs: (limit: number) => Promise<readonly { readonly failing?: readonly FailingServer[] }[]>;
}): Promise<readonly FailingServer[]> {
  const [last] = await control.runs(1);
  return last?.failing ?? [];
}

const failingOf = ({ server, code, since }: FailingServer, api: Api, isStack: boolean): Matter => ({
  kind: 'failing',
  urgency: 'now',
  since,
  server,
  text: 'it cannot be read or written',
  first: sentence(reasonOf(code, api)),
  next: nextOf(server, code, isStack),
});

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`;

function nextOf(server: string, code: string, isStack: boolean): Words {
  if (code === 'data-limit-exceeded') return ['halts'];
  if (!isStack) return ['run', '--once'];
  return code === 'account-refused' ? ['secrets', 'set', server] : ['status'];
}
