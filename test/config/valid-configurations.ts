/** Generated configurations that are right, as values to be written as YAML. */
import * as fc from 'fast-check';

const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,11}$/);
const layout = fc.stringMatching(/^[A-Za-zäß][A-Za-z äß:#]{0,10}[A-Za-z]$/);
const duration = (unit: string, min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((count) => `${count} ${unit}${count === 1 ? '' : 's'}`);

/** The number keeps databases apart: each server then holds its own. */
const server = (number: number) =>
  fc.record(
    {
      url: fc.constantFrom(`https://fm-${number}.example.com`, `http://127.0.0.1:${8000 + number}`),
      database: layout,
      timeZone: fc.constantFrom(...Intl.supportedValuesOf('timeZone'), 'UTC'),
      api: fc.constant('data'),
      sessions: fc.integer({ min: 1, max: 100 }),
      niceness: fc.constantFrom(0, 1, 2, 3),
      maxRate: fc.integer({ min: 1, max: 10_000 }),
      wake: fc.constantFrom('schedule', 'webhook'),
      script: fc.constantFrom(true, false, 'ServerSync apply'),
      dataBudget: fc.constantFrom('5 GB per month', '1.5 TB per month', '500MB per day'),
      maintenance: fc.constantFrom([], ['23:00-00:30'], ['Sat 22:00-Sun 06:00', '12:00-12:15']),
    },
    { requiredKeys: ['url', 'database', 'timeZone'] },
  );

const describedServers = fc
  .uniqueArray(name, { minLength: 2, maxLength: 4 })
  .chain((names) => fc.record(Object.fromEntries(names.map((one, number) => [one, server(number)]))));

/** The first server sends and the second receives, so that any role may follow. */
function links(names: readonly string[]) {
  const roles = [fc.constantFrom('both', 'send'), fc.constantFrom('both', 'receive')];
  const link = (index: number) =>
    fc.record(
      { layout, role: roles[index] ?? fc.constantFrom('both', 'send', 'receive'), database: layout },
      { requiredKeys: ['layout', 'role'] },
    );
  return fc.record(Object.fromEntries(names.map((one, index) => [one, link(index)])));
}

function table(names: readonly string[]) {
  return fc
    .tuple(
      fc.uniqueArray(layout, { minLength: 4, maxLength: 8 }),
      fc.subarray([...names], { minLength: 2 }).chain(links),
      fc.constantFrom('host', 'user', 'utcMilliseconds'),
      fc.constantFrom('field', 'record'),
      fc.boolean(),
      fc.constantFrom('newest', 'hold'),
    )
    .map(([[key, modified, createOnly, ...fields], servers, stampedBy, merge, all, conflicts]) => ({
      key,
      modified: { field: modified, stampedBy },
      fields: all
        ? 'all'
        : fields.map(
            (field, index) => [field, { name: field, rewrites: 'accept' }, onceOnly(field)][index % 3],
          ),
      createOnly: [createOnly],
      merge,
      conflicts,
      servers,
    }));
}

const onceOnly = (one: string) => ({ name: one, mode: 'createOnly', unique: true });

const account = '123456789012';
const aws = fc.record(
  {
    stack: fc.constantFrom('ServerSync', 'Offices-2'),
    secrets: fc.constantFrom('serversync', 'office/sync-2'),
    vpc: fc.record(
      {
        id: fc.constant('vpc-0abc1234'),
        subnets: fc.constant(['subnet-0abc1234']),
        securityGroups: fc.constant(['sg-0abc1234']),
      },
      { requiredKeys: ['id', 'subnets'] },
    ),
    kmsKey: fc.constant(`arn:aws:kms:eu-west-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`),
    formerKmsKeys: fc.constantFrom(
      [],
      [`arn:aws:kms:eu-west-1:${account}:key/mrk-1234abcd12ab34cd56ef1234567890ab`],
    ),
    permissionsBoundary: fc.constantFrom('Boundary', `arn:aws:iam::${account}:policy/teams/Boundary`),
    tags: fc.constantFrom({}, { department: 'sales and support', 'cost:centre': '12' }),
    alarmTopic: fc.constant(`arn:aws:sns:eu-west-1:${account}:alerts`),
    logRetention: fc.constantFrom(1, 30, 3653),
  },
  { requiredKeys: [] },
);

export const configurationValue = describedServers.chain((described) =>
  fc.record(
    {
      version: fc.constant(1),
      servers: fc.constant(described),
      tables: fc.dictionary(name, table(Object.keys(described)), {
        minKeys: 1,
        maxKeys: 3,
        noNullPrototype: true,
      }),
      schedule: fc.record(
        { enumerate: duration('minute', 1, 60), settle: duration('second', 0, 3600) },
        { requiredKeys: [] },
      ),
      alarms: fc.record(
        {
          lag: duration('hour', 1, 24),
          skew: duration('second', 1, 600),
          email: fc.constant('ops@example.com'),
        },
        { requiredKeys: [] },
      ),
      history: fc.oneof(fc.constant('none'), duration('day', 1, 3000)),
      retention: fc.record(
        {
          conflicts: duration('day', 7, 3650),
          acts: duration('day', 30, 3650),
          deleted: fc.oneof(fc.constant('for ever'), duration('day', 3000, 3650)),
        },
        { requiredKeys: [] },
      ),
      aws,
    },
    { requiredKeys: ['version', 'servers', 'tables'] },
  ),
);
