/**
 * Simulated servers in a process of their own, each with as many generated rows as wanted.
 *
 *   node office-process.ts '{"profile": "lan", "offices": {"hq": 10000}}'
 */
import { citiesDatabase, practiceAccount } from '../src/simulator/practice.ts';
import { serverSyncScript } from '../src/simulator/serversync-script.ts';
import { type Simulator, startSimulator } from '../src/simulator/simulator.ts';
import { keyOf, numberOfKey, recordIdOf, valuesOf } from './generated-rows.ts';
import { type OfficeCall, officeCall, officesGiven } from './office-calls.ts';
import { instant } from './processes.ts';
import { profiles } from './profiles.ts';

const table = 'Cities';
const { profile, offices, singles } = officesGiven.parse(JSON.parse(process.argv[2] ?? ''));
const servers = new Map<string, Simulator>();
const arrivals = new Map<string, (readonly [row: number, at: number])[]>();

const cities = citiesDatabase([]);
const times = profiles[profile];
const database = {
  ...cities,
  scripts: { ServerSync: serverSyncScript({ msPerRecord: times.scriptMsPerRecord }) },
  layouts: [...cities.layouts, { name: 'Cities_Sweep', table, fields: ['id', 'modified_at'] }],
};

async function open(name: string, rows: number): Promise<string> {
  const server = await startSimulator({
    databases: [database],
    accounts: [practiceAccount],
    latencyMs: times.latencyMs,
    roundTripMs: times.roundTripMs,
  });
  if (singles) server.control.addTrouble({ effect: { kind: 'error', code: '-1003' }, on: ['batch'] });
  servers.set(name, server);
  // Long ago, so that no reading of what changed finds it.
  for (let n = 0; n < rows; n += 1) {
    const values = { id: keyOf(n), ...valuesOf(n), modified_at: '2026-01-05T09:00:00' };
    server.control.createAsUser({ table, values, stamp: false });
  }
  return server.url;
}

function officeOf(name: string): Simulator {
  const server = servers.get(name);
  if (server === undefined) throw new Error(`there is no office ${name}`);
  return server;
}

const edits = new Map<number, number>();

/** The server's clock stands where it stood when the edit was made, and is put right behind the last. */
function edit(office: string, from: number, count: number, withinMs: number): number {
  const { control } = officeOf(office);
  for (let n = from; n < from + count; n += 1) {
    if (withinMs > 0) control.setClockOffset(((n - from + 1) / count - 1) * withinMs);
    const nth = (edits.get(n) ?? 0) + 1;
    edits.set(n, nth);
    const values = { name: `${valuesOf(n).name}, edited ${nth}` };
    control.updateAsUser({ table, recordId: recordIdOf(n), values });
  }
  return instant();
}

function watch(office: string): void {
  const seen: (readonly [number, number])[] = [];
  arrivals.set(office, seen);
  officeOf(office).control.watch({ table }, ({ after }) => {
    if (after) seen.push([numberOfKey(after.values['id'] ?? ''), instant()]);
  });
}

function perform(call: OfficeCall): unknown {
  switch (call.kind) {
    case 'usage': {
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 };
    }
    case 'asked': {
      const { control } = officeOf(call.office);
      const { requests, tookMs, writes, answers, maxOpenSessions } = control.stats();
      return { requests, tookMs, writes, answers, maxOpenSessions, busy: control.busy() };
    }
    case 'countAnew':
      for (const { control } of servers.values()) control.resetCounters();
      return null;
    case 'edit':
      return edit(call.office, call.from, call.count, call.withinMs);
    case 'watch':
      watch(call.office);
      return null;
    case 'arrivals':
      return arrivals.get(call.office) ?? [];
    case 'rows':
      return officeOf(call.office).control.count({ table });
  }
}

process.on('message', (given) => process.send?.(perform(officeCall.parse(given))));
process.on('disconnect', () => process.exit(0));
const urls: Record<string, string> = {};
for (const [name, rows] of Object.entries(offices)) urls[name] = await open(name, rows);
process.send?.(urls);
