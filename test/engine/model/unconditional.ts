/**
 * A server that knows no condition for an update, as OData does: whoever writes looks first, and looks again behind it. A request whose
 * answer is lost may take effect for a while, whatever has become of the record by then.
 */
import type { Bulk, BulkWrite, ServerTable, WriteOutcome } from '../../../src/ports/server.ts';
import type { ModelServer, Row } from './model-server.ts';
import type { Fate, Process } from './scheduler.ts';

/** A write leaves so soon after its look, or not. */
const restsOnMs = 60;

const unknown: WriteOutcome = { kind: 'unknown' };
const unsent: WriteOutcome = { kind: 'unsent' };

export const unconditionalOf = (
  server: ModelServer,
  process: Process,
  now: () => number,
): Pick<ServerTable, 'update' | 'updatesUnconditionally'> => ({
  updatesUnconditionally: true,
  async update(recordId, modId, values, _signal, departBy = Number.POSITIVE_INFINITY) {
    const looked = await process.travel('read', () => server.rowOf(recordId));
    if (looked === undefined) return { kind: 'missing' };
    if (looked.modId !== modId) return { kind: 'moved' };
    const by = Math.min(departBy, now() + restsOnMs);
    const put = (): WriteOutcome => server.put(looked, values);
    const sent = await process.travel('update', put, { by, otherwise: unsent }, fateOf(server, unknown));
    if (sent.kind !== 'written') return sent;
    return seenBehind(looked, await process.travel('read', () => server.rowOf(recordId)));
  },
});

/** The same of many, that go in one request. */
export const unconditionalBulkOf = (server: ModelServer, process: Process, now: () => number): Bulk => ({
  most: (writes) => server.most(writes),
  async apply(writes, departBy) {
    const looked = await process.travel('read', () => writes.map((write) => lookFor(server, write)));
    const by = Math.min(departBy, now() + restsOnMs);
    const all = (): readonly WriteOutcome[] =>
      writes.map((write, at) => notSent(write, looked[at]) ?? done(server, write, looked[at]));
    const none = { by, otherwise: writes.map(() => unsent) };
    const fate = fateOf(
      server,
      writes.map((write, at) => notSent(write, looked[at]) ?? unknown),
    );
    const sent = await process.travel('apply', all, none, fate);
    const behind = await process.travel('read', () => writes.map((write) => lookFor(server, write)));
    return sent.map((outcome, at) => {
      const before = looked[at];
      if (outcome.kind !== 'written' || writes[at]?.kind !== 'update' || before === undefined) return outcome;
      return seenBehind(before, behind[at]);
    });
  },
});

const fateOf = <Result>(server: ModelServer, answer: Result): Fate<Result> => ({
  ...(server.losesAnswer() && { lost: { answer } }),
  hangs: server.hangs(),
});

const lookFor = (server: ModelServer, write: BulkWrite): Row | undefined =>
  write.kind === 'create' ? undefined : server.rowOf(write.recordId);

function notSent(write: BulkWrite, looked: Row | undefined): WriteOutcome | undefined {
  if (write.kind === 'create') return undefined;
  if (looked === undefined) return { kind: 'missing' };
  return looked.modId === write.modId && looked.key === write.key ? undefined : { kind: 'moved' };
}

function done(server: ModelServer, write: BulkWrite, looked: Row | undefined): WriteOutcome {
  if (write.kind === 'create') return server.create(write.key, write.values);
  if (write.kind === 'remove') return server.remove(write.recordId);
  return looked === undefined ? { kind: 'missing' } : server.put(looked, write.values);
}

/** Counted up by just one: it is as we left it. */
const seenBehind = ({ recordId, modId }: Row, after: Row | undefined): WriteOutcome =>
  after?.modId === modId + 1
    ? { kind: 'written', recordId, modId: after.modId }
    : { kind: 'unknown', isOver: true };
