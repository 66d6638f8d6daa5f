/**
 * Looks at one server from where the other functions reach it, for `serversync doctor --stack`: over their network, by their
 * account, with one session of those that all share. What it stores is that session and the count of what the server sent.
 */
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { accountOf, SecretError } from '../src/composition/accounts.ts';
import { type AwsClients, awsClients, stateOf } from '../src/composition/aws-installation.ts';
import { DataMeter } from '../src/composition/data-meter.ts';
import { Standstills } from '../src/composition/paused-places.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import type { Configuration, ServerConfiguration } from '../src/config/configuration.ts';
import { identityOf } from '../src/config/identity.ts';
import { loadConfiguration } from '../src/config/load.ts';
import { capital } from '../src/doctor/finding.ts';
import { type InsideAnswer, insideAnswer } from '../src/doctor/inside-answer.ts';
import { lookAtServer } from '../src/doctor/look-at-server.ts';
import type { LookOptions } from '../src/doctor/look.ts';
import { knownFieldsIn } from '../src/doctor/renamed.ts';
import { mayProbe, standFindings } from '../src/doctor/while-at-work.ts';
import type { AwsState } from '../src/state/aws/aws-state.ts';
import { type FunctionEnvironment, readEnvironment } from './environment.ts';
import { eventOf } from './events.ts';
import { logger, observed, told, toldByKind } from './observe.ts';

const expected = {
  schema: z.strictObject({
    server: z.string().min(1),
    table: z.string().min(1).optional(),
    writeProbe: z.boolean().optional(),
  }),
  by: 'doctor',
  form: '{"server": "…", "writeProbe": false}',
  from: 'serversync doctor --stack',
} as const;

/** Time that is left when the look is stopped: for what a write probe has to take away again, and the logout, ms. */
const stopMs = 90_000;

/** An invocation that was ended is surely gone so long after its time, ms. */
const graceMs = 5_000;

/** Somebody waits for it: a server that does not answer is told as such soon. */
const patience = {
  timeouts: { connectMs: 5_000, answerMs: 20_000, logoutMs: 6_000 },
  retry: { attempts: 2 },
} as const;

export const handler = observed(async (event, context): Promise<InsideAnswer> => {
  const asked = eventOf(expected, event);
  const { server, writeProbe = false } = asked;
  try {
    const answer = await looked(asked, context);
    logger.info('looked at a server', { server, writeProbe, findings: answer.look.findings.length });
    return answer;
  } catch (error) {
    // Whoever asked is told: nothing waits for anybody else.
    logger.error('looking at a server failed', { server, error: told(error) });
    throw error;
  }
});

type Asked = z.output<typeof expected.schema>;

async function looked(
  { server: name, table, writeProbe = false }: Asked,
  context: Context,
): Promise<InsideAnswer> {
  const environment = readEnvironment();
  const heldUntil = systemClock.now() + context.getRemainingTimeInMillis() + graceMs;
  const configuration = await loadConfiguration(environment.configFile);
  const server = configuration.servers.find((one) => one.name === name);
  if (server === undefined) throw new Error(`no server ${JSON.stringify(name)} was deployed`);
  const clients = awsClients();
  const state = stateOf(environment.places, clients, () => heldUntil);
  await state.checkIdentity(identityOf(configuration));
  const meter = meterOf(configuration, state);
  const stands = await Standstills.read(configuration, state.control, systemClock.now());
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - stopMs));
  try {
    const look = await lookAtServer(
      {
        configuration,
        server,
        tables: configuration.tables.filter((one) => one.name === (table ?? one.name)),
        address: addressOf(server, state, meter),
        account: await accountFor(server, clients, environment),
        clock: systemClock,
        known: knownFieldsIn(state.control),
        webhooks: state.control,
        writeProbe: writeProbe && mayProbe(configuration, server.name, stands),
        noSessions: 'how many sessions it gives at once: not tried, since the functions are at work there',
      },
      signal,
    );
    const stand = standFindings(configuration, server.name, stands, {
      writeProbe,
      stack: environment.places.installation,
    });
    return insideAnswer(configuration, { ...look, findings: [...stand, ...look.findings] });
  } finally {
    await meter.store();
  }
}

const addressOf = (
  { name, url, caFile, sessions }: ServerConfiguration,
  state: AwsState,
  meter: DataMeter,
): LookOptions['address'] => ({
  name,
  url,
  clock: systemClock,
  random: Math.random,
  ...patience,
  received: (bytes) => meter.add(name, bytes),
  slots: state.sessions,
  sessionsInAll: sessions,
  ...(caFile !== undefined && { caFile }),
});

async function accountFor(
  { name }: ServerConfiguration,
  { secrets }: AwsClients,
  { places: { secretPrefix, installation } }: FunctionEnvironment,
): Promise<LookOptions['account']> {
  try {
    return await accountOf(secrets, secretPrefix, name, installation);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    const [missing = '', remedy = ''] = error.message.split('; ');
    return { missing, remedy: capital(remedy) };
  }
}

const meterOf = ({ servers }: Configuration, { control }: AwsState): DataMeter =>
  new DataMeter({
    uses: control,
    clock: systemClock,
    zoneOf: (name) => servers.find((server) => server.name === name)?.timeZone ?? 'UTC',
    failed: (error) => toldByKind('what a server sent was not counted yet', error),
    storeAfter: { ms: 10 * 60_000, bytes: 32_000_000 },
  });
