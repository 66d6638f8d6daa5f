/** One function as Lambda begins it: a process that has done nothing loads its code and answers one event. */
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Handler } from 'aws-lambda';
import { contextOf } from '../test/functions/support/context.ts';

const { code, name, event } = z
  .object({ code: z.string(), name: z.string(), event: z.unknown() })
  .parse(JSON.parse(process.argv[2] ?? ''));

// The emulator's queues have names of hosts that are none, of which the client tells each time.
console.warn = () => undefined;

const loaded = z.object({ handler: z.custom<Handler>((handler) => typeof handler === 'function') });

/** What has passed since this process began, ms. */
const spent = () => {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1000 };
};
type Spent = ReturnType<typeof spent>;
const between = (from: Spent, to: Spent): Spent => ({
  wallMs: to.wallMs - from.wallMs,
  cpuMs: to.cpuMs - from.cpuMs,
});

const began = spent();
const { handler } = loaded.parse(await import(pathToFileURL(code).href));
const ready = spent();
await handler(event, contextOf(name, 300_000), () => undefined);
const answered = spent();
process.send?.({ load: between(began, ready), answer: between(ready, answered) }, () => process.exit());
