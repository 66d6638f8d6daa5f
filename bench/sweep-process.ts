/**
 * One sweep of one server in a process of its own; prints what it took as one line of JSON.
 *
 *   node sweep-process.ts DIRECTORY
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { placeOf } = await import('../src/engine/engine.ts');
const { sweep } = await import('../src/engine/sweep.ts');
const { openSwept } = await import('./swept-tables.ts');

const [directory = '.'] = process.argv.slice(2);
const { engine, state, close } = await openSwept(directory);
const place = placeOf(engine, 'cities', 'hq');
if (place === undefined) throw new Error('there is no such table');
const started = performance.now();
const swept = await sweep(engine, place, new AbortController().signal);
const tookMs = performance.now() - started;
const counts = (await state.control.sweep('cities', 'hq'))?.last?.counts;
await close();
const { maxRSS, userCPUTime } = process.resourceUsage();
const peakMb = maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ swept, counts, tookMs, cpuMs: userCPUTime / 1000, peakMb })}\n`);
