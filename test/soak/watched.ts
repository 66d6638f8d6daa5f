/** Puts a witness between a process and the tables of its servers. */
import type { Bulk, ServerTable } from '../../src/ports/server.ts';
import type { Witness } from './oracle/witness.ts';

/** For one process. */
export function watching(witness: Witness): (server: string, port: ServerTable) => ServerTable {
  const looksOn = witness.process();
  return (server, port) => watched(port, looksOn(server));
}

type Looks = ReturnType<ReturnType<Witness['process']>>;

const watched = (port: ServerTable, looks: Looks): ServerTable => ({
  ...(port.updatesUnconditionally && { updatesUnconditionally: true }),
  changed: (...of) => port.changed(...of),
  list: (...of) => port.list(...of),
  async lookUp(keys, ...of) {
    const rows = await port.lookUp(keys, ...of);
    looks.lookedUp(keys, rows);
    return rows;
  },
  async read(recordId, ...of) {
    const row = await port.read(recordId, ...of);
    looks.wasRead(recordId, row);
    return row;
  },
  async create(key, ...of) {
    looks.creates(key);
    const outcome = await port.create(key, ...of);
    looks.created(key, outcome.kind);
    return outcome;
  },
  update(recordId, modId, ...of) {
    looks.updates(recordId, modId);
    return port.update(recordId, modId, ...of);
  },
  async remove(recordId, ...of) {
    const became = looks.removes(recordId);
    const outcome = await port.remove(recordId, ...of);
    became(outcome.kind);
    return outcome;
  },
  async bulk(signal) {
    const way = await port.bulk?.(signal);
    return way === undefined || way === 'untried' ? way : watchedBulk(way, looks);
  },
});

/** A delete that goes with others is done only at the modId that it carries. */
const watchedBulk = (bulk: Bulk, looks: Looks): Bulk => ({
  most: (writes) => bulk.most(writes),
  clockShown: () => bulk.clockShown?.(),
  async apply(writes, ...of) {
    const told = writes.map((write) => {
      if (write.kind === 'create') looks.creates(write.key);
      if (write.kind === 'update') looks.updates(write.recordId, write.modId);
      return write.kind === 'remove' ? looks.removesAt(write.recordId, write.modId) : undefined;
    });
    const outcomes = await bulk.apply(writes, ...of);
    for (const [at, { kind }] of outcomes.entries()) {
      const write = writes[at];
      if (write?.kind === 'create') looks.created(write.key, kind);
      told[at]?.(kind);
    }
    return outcomes;
  },
});
