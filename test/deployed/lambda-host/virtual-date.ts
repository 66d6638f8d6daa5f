/** Loaded before a function's code: `Date` shows the true time plus what the host says. Timers stay real. */
import type { ToSandbox } from './messages.ts';

const variable = 'SANDBOX_CLOCK_OFFSET_MS';
let offsetMs = Number(process.env[variable] ?? 0);
delete process.env[variable];

const TrueDate = Date;
const now = (): number => TrueDate.now() + offsetMs;

const VirtualDate: DateConstructor = new Proxy(TrueDate, {
  construct: (target, given, created) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, created),
  apply: () => new VirtualDate().toString(),
  get: (target, property, receiver) =>
    property === 'now' ? now : (Reflect.get(target, property, receiver) as unknown),
});
TrueDate.prototype.constructor = VirtualDate;
globalThis.Date = VirtualDate;

process.on('message', (message: ToSandbox) => {
  if (message.kind !== 'shift') return;
  ({ offsetMs } = message);
  process.send?.({ kind: 'shifted' });
});
