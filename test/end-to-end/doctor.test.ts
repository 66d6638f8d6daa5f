import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { doctorCommand, type DoctorCommandOptions } from '../../src/cli/doctor/doctor-command.ts';
import { type Bench, collected, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { gated } from './support/gate.ts';
import { contactFields } from './support/office.ts';
import { until } from './support/until.ts';

const rows = [{ id: 'K-1', name: 'Ada', modified_at: '2026-01-05T09:00:00' }];

/** Nothing to warn of. */
const fields = contactFields
  .filter(({ name }) => name !== 'label')
  .map((field) => (field.name === 'id' ? ({ ...field, autoEnter: 'uuid' } as const) : field));

const well = { rows, fields, clockOffsetMs: 0 };
const two = { hq: well, branch: well };

async function doctor(bench: Bench, options: Partial<DoctorCommandOptions> = {}) {
  const { output, lines, objects } = collected();
  const { configFile, environment } = bench;
  const common = {
    configFile,
    stateDirectory: undefined,
    environment,
    output,
    chosen: {},
    writeProbe: false,
  };
  const code = await doctorCommand({ ...common, signal: new AbortController().signal, ...options });
  return { code, lines, json: objects.at(-1) };
}

test('before any run, servers with nothing wrong give 0, a group of lines for each place, and no state', async () => {
  await using bench = await openBench({ offices: two });
  const { code, lines, json } = await doctor(bench);
  expect(code).toBe(0);
  expect(lines).toEqual(
    expect.arrayContaining([
      'looking at 2 servers, 1 table; nothing is written',
      `hq  ${bench.hq.url}`,
      'contacts on branch',
      'contacts between servers',
      'OK          key id: filled, and another one in each of 1 record looked at',
      expect.stringMatching(/^6 not proven; \d+ OK, in \d\.\d s\.$/),
    ]),
  );
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(json).toMatchObject({
    exitCode: 0,
    findings: expect.arrayContaining([expect.objectContaining({ check: 'key' })]),
  });
  expect(JSON.stringify([lines, json])).not.toMatch(/Ada|K-1|open-sesame/);
  expect(existsSync(bench.stateFile)).toBe(false);
});

test.each([
  [1, 'warnings', { offices: { ...two, hq: { ...well, clockOffsetMs: 60_000 } } }],
  [2, 'a layout that is not there', { offices: two, links: { hq: { layout: 'Nowhere' } } }],
  [3, 'a server that does not answer', { offices: two, servers: { hq: { url: 'http://localhost:1' } } }],
])('%d is what it ends with for %s', async (code, _, options) => {
  await using bench = await openBench(options);
  expect((await doctor(bench)).code).toBe(code);
});

test('an account that is not set is one finding, and the other server is looked at', async () => {
  await using bench = await openBench({ offices: two });
  const { SERVERSYNC_HQ_PASSWORD: _, ...environment } = bench.environment;
  const { code, lines } = await doctor(bench, { environment });
  expect(code).toBe(3);
  expect(lines).toContain('error       SERVERSYNC_HQ_PASSWORD: not set');
  expect(lines).toContain('contacts on branch');
});

test('--server and --table leave out the rest, and a name that is not there is refused', async () => {
  await using bench = await openBench({ offices: two });
  const { lines } = await doctor(bench, { chosen: { server: 'branch', table: 'contacts' } });
  expect(lines.filter((line) => line.includes('hq') || line.includes('between'))).toEqual([]);
  await expect(doctor(bench, { chosen: { server: 'brnch' } })).rejects.toThrow(/Did you mean branch\?/);
});

test('while a run is at work it is told that sessions are in use, and nothing is written', async () => {
  const gate = gated();
  await using bench = await openBench({ offices: { hq: well, branch: { ...gate.office, fields } } });
  const running = bench.start('run', '--once');
  await until(() => bench.branch.stats.requests.create > 0, running.ended);
  const looked = await doctor(bench);
  await expect(doctor(bench, { writeProbe: true })).rejects.toMatchObject({ code: 'state-in-use' });
  gate.open();
  await running.ended;
  const told = looked.lines.join(' ').replaceAll(/\s+/g, ' ');
  expect(told).toContain('a run is at work here, and has some of those that are configured');
  expect(bench.branch.records).toHaveLength(1);
});

test('on the command line: --write-probe leaves nothing, and a run afterwards has nothing of it', async () => {
  await using bench = await openBench({ offices: two });
  const { code, stdout, stderr } = await bench.command('doctor', '--write-probe', '--json');
  expect([code, stderr.includes('a record was created, edited, deleted')]).toEqual([0, true]);
  expect(lastObject(stdout)).toMatchObject({ exitCode: 0 });
  expect(bench.hq.records).toHaveLength(1);
  const { work } = await bench.run();
  expect(work.map(({ created, conflicts }) => [created, conflicts])).toEqual([
    [0, 0],
    [0, 0],
  ]);
});
