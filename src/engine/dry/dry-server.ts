/**
 * A server that is only read. What is written to it is noted, and answered as by a server that took it, so that the engine
 * goes on as in a run; what is read again shows what was noted.
 *
 * A listing, or a find by stamps, shows neither what would be created nor what would be deleted as it would be by then:
 * like a stale find, which the engine looks behind wherever it counts.
 */
import type { Values } from '../../core/digest.ts';
import { unreadFile } from '../../core/file-words.ts';
import type { FieldName, Key, RecordId } from '../../core/names.ts';
import type { Control } from '../../ports/control.ts';
import type { Planned, PlannedPlace, PlannedWrite } from '../../ports/planned.ts';
import type {
  Page,
  PageRange,
  Server,
  ServerRecord,
  ServerTable,
  StampRange,
  WriteOutcome,
} from '../../ports/server.ts';

export type DryPorts = {
  readonly planned: Planned;
  /** Tells what is parked now. */
  readonly control: Pick<Control, 'parkedAmong'>;
};

export const dryServer = (server: Server, ports: DryPorts): Server => ({
  name: server.name,
  probe: (signal) => server.probe(signal),
  layout: (database, layout, signal) => server.layout(database, layout, signal),
  table: (binding) =>
    new DryTable(server.table(binding), { table: binding.table, server: server.name }, ports),
  close: () => server.close(),
});

/** No server gives such a record id. */
const madeUp = 'planned ';

/** As the server answers a write to a record that the account may not see. */
const denied: WriteOutcome = { kind: 'refused', code: '200', reason: 'access to the record is denied' };

/** Records of the latest look-ups that are kept: more than are written between a look-up and its writes, by all batches at once. */
const mostShown = 5_000;

export class DryTable implements ServerTable {
  readonly #table: ServerTable;
  readonly #place: PlannedPlace;
  readonly #ports: DryPorts;
  /** As the engine was last shown them, or wrote them since. */
  readonly #shown = new Map<RecordId, ServerRecord>();
  #created = 0;
  #isUntouched = true;

  constructor(table: ServerTable, place: PlannedPlace, ports: DryPorts) {
    this.#table = table;
    this.#place = place;
    this.#ports = ports;
  }

  async changed(range: StampRange, page: PageRange, signal: AbortSignal): Promise<Page> {
    return this.#edited(await this.#table.changed(range, page, signal));
  }

  async list(page: PageRange, signal: AbortSignal): Promise<Page> {
    return this.#edited(await this.#table.list(page, signal));
  }

  async lookUp(keys: readonly Key[], signal: AbortSignal): Promise<readonly ServerRecord[]> {
    const found = await this.#table.lookUp(keys, signal);
    const noted = await this.#noted(found);
    const there = found.flatMap((record) => withNoted(record, noted.get(record.recordId)) ?? []);
    const created = this.#isUntouched ? [] : await this.#ports.planned.createdLike(this.#place, keys);
    return this.#show([...there, ...created.map(asCreated)]);
  }

  async read(recordId: RecordId, signal: AbortSignal): Promise<ServerRecord | 'denied' | undefined> {
    const noted = (await this.#ports.planned.writesTo(this.#place, [recordId])).get(recordId);
    if (noted?.kind === 'create') return asCreated(noted);
    if (recordId.startsWith(madeUp)) return undefined;
    const record = await this.#table.read(recordId, signal);
    return record === undefined || record === 'denied' ? record : withNoted(record, noted);
  }

  async create(key: Key, values: Values): Promise<WriteOutcome> {
    this.#created += 1;
    const recordId = `${madeUp}${this.#created}`;
    await this.#note({ recordId, key, kind: 'create', values, before: {}, modId: 0, baseModId: 0 });
    return { kind: 'written', recordId, modId: 0 };
  }

  async update(
    recordId: RecordId,
    modId: number,
    values: Values,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const record = this.#shown.get(recordId) ?? (await this.read(recordId, signal));
    if (record === undefined) return { kind: 'missing' };
    if (record === 'denied') return denied;
    if (record.modId !== modId) return { kind: 'moved' };
    const noted = (await this.#ports.planned.writesTo(this.#place, [recordId])).get(recordId);
    const held = Object.keys(values).map((field) => [field, heldIn(record, field)] as const);
    const isNew = noted?.kind === 'create';
    await this.#note({
      recordId,
      key: record.key,
      kind: isNew ? 'create' : 'edit',
      values: { ...noted?.values, ...values },
      before: isNew ? {} : { ...Object.fromEntries(held), ...noted?.before },
      modId: modId + 1,
      baseModId: modId - (noted === undefined ? 0 : noted.modId - noted.baseModId),
    });
    return { kind: 'written', recordId, modId: modId + 1 };
  }

  async remove(recordId: RecordId, _departBy: number, signal: AbortSignal): Promise<WriteOutcome> {
    const record = this.#shown.get(recordId) ?? (await this.read(recordId, signal));
    if (record === undefined) return { kind: 'missing' };
    if (record === 'denied') return denied;
    const { key, modId, values: before } = record;
    const kind = recordId.startsWith(madeUp) ? 'none' : 'delete';
    await this.#note({ recordId, key, kind, values: {}, before, modId, baseModId: modId });
    return { kind: 'removed' };
  }

  async #note(write: Omit<PlannedWrite, 'table' | 'server' | 'parked'>): Promise<void> {
    const { table, server } = this.#place;
    const { planned, control } = this.#ports;
    const parked = (await control.parkedAmong(table, server, [write.key])).get(write.key)?.code;
    await planned.putWrite({ table, server, ...write, ...(parked !== undefined && { parked }) });
    this.#isUntouched = false;
    const before = this.#shown.get(write.recordId);
    if (write.kind === 'create') this.#show([asCreated({ table, server, ...write })]);
    else if (write.kind !== 'edit' || before === undefined) this.#shown.delete(write.recordId);
    else this.#show([asWritten(before, write)]);
  }

  #show(records: readonly ServerRecord[]): readonly ServerRecord[] {
    for (const record of records) {
      // The latest come last.
      this.#shown.delete(record.recordId);
      this.#shown.set(record.recordId, record);
    }
    for (const recordId of this.#shown.keys()) {
      if (this.#shown.size <= mostShown) break;
      this.#shown.delete(recordId);
    }
    return records;
  }

  async #edited(page: Page): Promise<Page> {
    const noted = await this.#noted(page.records);
    if (noted.size === 0) return page;
    const records = page.records.map((record) => withNoted(record, noted.get(record.recordId)) ?? record);
    return { ...page, records };
  }

  async #noted(records: readonly ServerRecord[]): Promise<ReadonlyMap<RecordId, PlannedWrite>> {
    if (this.#isUntouched || records.length === 0) return new Map();
    return this.#ports.planned.writesTo(
      this.#place,
      records.map(({ recordId }) => recordId),
    );
  }
}

/** The record as it would be; undefined where it would be deleted. */
function withNoted(record: ServerRecord, noted: PlannedWrite | undefined): ServerRecord | undefined {
  if (noted === undefined) return record;
  if (noted.kind !== 'edit') return undefined;
  if (record.modId === noted.baseModId) return asWritten(record, noted);
  // Somebody has edited it since: what they left as it was would be as it is written.
  const left = Object.entries(noted.values).filter(
    ([field]) => heldIn(record, field) === noted.before[field],
  );
  const modId = record.modId + noted.modId - noted.baseModId;
  const values = Object.fromEntries(left);
  return {
    ...withoutFiles(record, Object.keys(values)),
    modId,
    values: { ...record.values, ...values },
  };
}

/** When that would be stamped is not known. */
const asWritten = (
  record: ServerRecord,
  { modId, values }: Pick<PlannedWrite, 'modId' | 'values'>,
): ServerRecord => ({
  ...withoutFiles(record, Object.keys(values)),
  modId,
  values: { ...record.values, ...values },
  stamp: { kind: 'empty' },
});

/** Of what was written it is known what it is. */
function withoutFiles({ files, ...record }: ServerRecord, fields: readonly FieldName[]): ServerRecord {
  const left = Object.entries(files ?? {}).filter(([field]) => !fields.includes(field));
  return left.length === 0 ? record : { ...record, files: Object.fromEntries(left) };
}

/** What a record holds in a field; of a file it is only known that there is one. */
const heldIn = ({ values, files = {} }: ServerRecord, field: FieldName): string =>
  files[field] === undefined ? (values[field] ?? '') : unreadFile;

const asCreated = ({ recordId, key, modId, values }: PlannedWrite): ServerRecord => ({
  recordId,
  key,
  modId,
  values,
  stamp: { kind: 'empty' },
});
