/** What measure publishes, against the list by which alarms and graphs ask for it (src/config/figures.ts). */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { awsClients } from '../../src/composition/aws-installation.ts';
import { DataMeter } from '../../src/composition/data-meter.ts';
import { Standstills } from '../../src/composition/paused-places.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { installationFigures, serverFigures } from '../../src/config/figures.ts';
import { metricsIn } from '../deployed/lambda-host/logs.ts';
import { clockState } from '../contracts/samples.ts';
import { configurationOf, office } from '../infra/support/synthesised.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { newPlaces, stateIn } from '../state/aws/opened-state.ts';

let emulators: Emulators;

beforeAll(async () => {
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'ServerSync');
  vi.stubEnv('POWERTOOLS_TRACE_ENABLED', 'false');
  vi.stubEnv('SERVERSYNC_INSTALLATION', 'Test');
  emulators = await startEmulators();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulators.stop();
});

/** Each figure with its dimensions, as it was written while `work` went on. */
async function published(work: () => Promise<void>): Promise<readonly string[]> {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  await work().finally(() => write.mockRestore());
  const lines = written.flatMap((text) => text.split('\n'));
  const figures = metricsIn(
    lines.map((text) => ({ functionName: 'measure', sandbox: 1, stream: 'stdout', text })),
  );
  return figures.map(
    ({ namespace, name, unit, dimensions }) =>
      `${namespace} ${name} in ${unit} of ${Object.entries(dimensions).flat().join(' ')}`,
  );
}

const listed = (figures: Readonly<Record<string, string>>, of: string): readonly string[] =>
  Object.entries(figures)
    .filter(([name]) => !ofCalls.includes(name))
    .map(([name, unit]) => `ServerSync ${name} in ${unit} of Installation Test${of}`);

/** Published where a webhook calls: wake.test.ts. */
const ofCalls: readonly string[] = ['Hints', 'RefusedCalls'];

test('every figure on the list is published, and no other, of each server and of the whole', async () => {
  const places = {
    ...(await newPlaces(emulators)),
    queuePrefix: await emulators.newQueues(['hq-unreadable', 'branch-unreadable']),
  };
  const state = stateIn(emulators, places);
  for (const server of ['hq', 'branch'])
    await state.control.putClock(clockState(1, { server, measuredAt: systemClock.now() }));
  const of = {
    environment: {
      places: { installation: 'Test', secretPrefix: 'serversync', ...places },
      enumerateFunction: undefined,
      sweepFunction: undefined,
      reportTopic: undefined,
      callUrl: undefined,
      callSecret: undefined,
      configFile: '',
    },
    configuration: configurationOf({ ...office, dataBudget: '5 GB per month' }),
    clients: awsClients(),
    state,
    meter: new DataMeter({
      uses: state.control,
      clock: systemClock,
      zoneOf: () => 'UTC',
      failed: () => undefined,
      storeAfter: { ms: 0, bytes: 0 },
    }),
    stillOurs: () => Promise.resolve(),
  };
  const { publishAll } = await import('../../functions/figures.ts');
  const { report, unusual } = await import('../../functions/observe.ts');
  const found = await published(async () => {
    const stands = new Standstills(of.configuration, undefined, systemClock.now());
    await publishAll(of, { tended: new Map(), breakers: [], steps: 0, stands });
    unusual('a secret is missing');
    const delivered = {
      kind: 'delivered',
      table: 'contacts',
      created: 1,
      updated: 2,
      removed: 0,
      inStep: 5,
    } as const;
    for (const server of ['hq', 'branch']) {
      report({ ...delivered, server });
      report({ kind: 'hooks-missed', table: 'contacts', server, changes: 3 });
    }
    report({ ...delivered, server: 'hq', created: 0, updated: 0 });
  });
  expect(found.toSorted()).toEqual(
    [
      ...['hq', 'branch'].flatMap((server) => listed(serverFigures, ` Server ${server}`)),
      ...listed(installationFigures, ''),
    ].toSorted(),
  );
});
