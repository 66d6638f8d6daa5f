/**
 * A record of our own on a server: created, read, edited, read, and deleted again, whatever happens in between.
 *
 * It is deleted only where it still is the one that was made: by its record id, after it was read. What is in flight is
 * awaited when the command is stopped, since a create that is given up would leave a record that nobody knows of.
 */
import { randomInt, randomUUID } from 'node:crypto';
import type { Values } from '../core/digest.ts';
import type { EpochMs, FieldName, Key, RecordId } from '../core/names.ts';
import type { RawStamp } from '../core/stamp.ts';
import type { Clock } from '../ports/clock.ts';
import type { ServerRecord, ServerTable, WriteOutcome } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { FitTable } from './table-checks.ts';

/** What a record of a probe is known by, for people who come across it. */
export const probeName = 'serversync-doctor';

/** A record as it was read, between two instants by our clock; `wroteAt`: the write that it shows was under way then. */
export type SeenWrite = {
  readonly modId: number;
  readonly stamp: RawStamp;
  readonly key: Key;
  readonly sentAt: EpochMs;
  readonly answeredAt: EpochMs;
};

export type Refusal = { readonly step: Step; readonly outcome: WriteOutcome };
export type Step = 'create' | 'edit' | 'delete';

export type ProbeResult = {
  readonly key: Key;
  readonly created?: SeenWrite;
  /** Absent where no text field could be edited. */
  readonly edited?: SeenWrite;
  /** How long each edit took, ms. */
  readonly editsMs: readonly number[];
  readonly isDeleted: boolean;
  readonly refusals: readonly Refusal[];
  /** What ended it: the server, or that it was stopped. */
  readonly error?: ServerError | 'stopped';
  /** Of a record that is still there. */
  readonly leftBehind?: RecordId;
  readonly editedField?: FieldName;
};

export type ProbeOptions = { readonly table: ServerTable; readonly fit: FitTable; readonly clock: Clock };

/** Stamps count in whole seconds. */
const stampMovesMs = 1_200;

/** Edits that are timed. */
const edits = 3;

/** For what has to be done although the command was stopped. */
const cleanUpMs = 60_000;
const departMs = 30_000;
const removals = 4;
const betweenRemovalsMs = 1_500;

/** Does not reject when it is stopped: what became of the record has to be told. */
export async function probeWrites(options: ProbeOptions, signal: AbortSignal): Promise<ProbeResult> {
  signal.throwIfAborted();
  const probe = new WriteProbe(options);
  const ended = await endOf(() => probe.write(signal), signal);
  const cleanedUp = await endOf(() => probe.cleanUp(), signal);
  const error = ended ?? cleanedUp;
  return { ...probe.result, ...(error !== undefined && { error }) };
}

async function endOf(
  work: () => Promise<void>,
  signal: AbortSignal,
): Promise<ServerError | 'stopped' | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof ServerError) return error;
    if (signal.aborted || isTimeout(error)) return 'stopped';
    throw error;
  }
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

class WriteProbe {
  readonly #o: ProbeOptions;
  readonly #key: Key;
  #recordId: RecordId | undefined;
  #mayExist = false;
  #created: SeenWrite | undefined;
  #edited: SeenWrite | undefined;
  #isDeleted = false;
  readonly #editsMs: number[] = [];
  readonly #refusals: Refusal[] = [];

  constructor(options: ProbeOptions) {
    this.#o = options;
    this.#key = probeKey(options.fit);
  }

  get result(): ProbeResult {
    const field = editableField(this.#o.fit);
    return {
      key: this.#key,
      ...(this.#created && { created: this.#created }),
      ...(this.#edited && { edited: this.#edited }),
      editsMs: this.#editsMs,
      isDeleted: this.#isDeleted,
      refusals: this.#refusals,
      ...(this.#recordId !== undefined && !this.#isDeleted && { leftBehind: this.#recordId }),
      ...(field !== undefined && { editedField: field }),
    };
  }

  async write(signal: AbortSignal): Promise<void> {
    const { table, fit, clock } = this.#o;
    const sentAt = clock.now();
    this.#mayExist = true;
    const values = requiredValues(fit);
    const outcome = await table.create(this.#key, values, sentAt + departMs, AbortSignal.timeout(cleanUpMs));
    if (outcome.kind !== 'written') {
      this.#mayExist = outcome.kind === 'unknown';
      this.#refusals.push({ step: 'create', outcome });
      return;
    }
    this.#recordId = outcome.recordId;
    const created = await this.#seen(sentAt, clock.now(), signal);
    this.#created = created;
    const field = editableField(fit);
    if (created === undefined || field === undefined) return;
    await clock.sleep(stampMovesMs, signal);
    await this.#edit(field, created.modId, signal);
  }

  async #edit(field: FieldName, createdModId: number, signal: AbortSignal): Promise<void> {
    const { table, clock } = this.#o;
    let modId = createdModId;
    for (let each = 0; each < edits; each++) {
      const sentAt = clock.now();
      const outcome = await table.update(
        this.#recordId ?? '',
        modId,
        { [field]: `${probeName} ${each}` },
        signal,
      );
      if (outcome.kind !== 'written') {
        this.#refusals.push({ step: 'edit', outcome });
        return;
      }
      this.#editsMs.push(clock.now() - sentAt);
      modId = outcome.modId;
      if (each === 0) this.#edited = await this.#seen(sentAt, clock.now(), signal);
    }
  }

  async #seen(sentAt: EpochMs, answeredAt: EpochMs, signal: AbortSignal): Promise<SeenWrite | undefined> {
    const read = await this.#o.table.read(this.#recordId ?? '', signal);
    if (read === undefined || read === 'denied') return undefined;
    const { modId, stamp, key } = read;
    return { modId, stamp, key, sentAt, answeredAt };
  }

  async cleanUp(): Promise<void> {
    if (!this.#mayExist) return;
    const { clock } = this.#o;
    const signal = AbortSignal.timeout(cleanUpMs);
    for (let tries = 1; tries <= removals && !this.#isDeleted; tries++) {
      if (tries > 1) await clock.sleep(betweenRemovalsMs, signal);
      if (await this.#remove(signal)) return;
    }
  }

  /** True where nothing more can be done: it may not be deleted. */
  async #remove(signal: AbortSignal): Promise<boolean> {
    const { table, clock } = this.#o;
    const read = await this.#ours(signal);
    if (read === undefined) return false;
    const outcome = await table.remove(read.recordId, clock.now() + departMs, signal);
    if (outcome.kind === 'removed' || outcome.kind === 'missing') {
      this.#isDeleted = true;
      return true;
    }
    if (outcome.kind !== 'refused') return false;
    this.#refusals.push({ step: 'delete', outcome });
    return true;
  }

  /** The record, if it is there and is the one that was made. */
  async #ours(signal: AbortSignal): Promise<ServerRecord | undefined> {
    const { table } = this.#o;
    if (this.#recordId === undefined) {
      const [found] = (await table.lookUp([this.#key], signal)).filter(({ key }) => key === this.#key);
      this.#recordId = found?.recordId;
      return found;
    }
    const read = await table.read(this.#recordId, signal);
    if (read === undefined) this.#isDeleted = true;
    if (read === undefined || read === 'denied') return undefined;
    return read.key === (this.#created?.key ?? this.#key) ? read : undefined;
  }
}

/** A number that no serial number has reached, or text that names what made it, where it fits. */
function probeKey({ binding, layout }: FitTable): Key {
  if (binding.types[binding.key] === 'number') return `9${randomInt(10 ** 13, 10 ** 14)}`;
  const named = `${probeName}-${randomUUID()}`;
  const { maxCharacters = 0 } = layout.fields.find(({ name }) => name === binding.keyField) ?? {};
  return maxCharacters > 0 && maxCharacters < named.length ? randomUUID() : named;
}

/** A text field that users may write and FileMaker does not: any text does for it, as far as its layout tells. */
const editableField = ({ binding, layout }: FitTable): FieldName | undefined =>
  Object.entries(binding.fieldNames).find(([, onServer]) => {
    const field = layout.fields.find(({ name }) => name === onServer);
    return field !== undefined && field.type === 'text' && field.writable && takesAnyText(field);
  })?.[0];

const takesAnyText = ({
  autoEnter,
  numeric,
  maxCharacters,
  valueList,
}: FitTable['layout']['fields'][number]): boolean =>
  !autoEnter &&
  !numeric &&
  valueList === undefined &&
  (maxCharacters === 0 || maxCharacters > probeName.length + 2);

/** For fields that must not be empty. */
function requiredValues({ binding, layout }: FitTable): Values {
  const required = Object.entries(binding.fieldNames).flatMap(([name, onServer]): [FieldName, string][] => {
    const field = layout.fields.find((each) => each.name === onServer);
    if (field === undefined || !field.notEmpty || !field.writable) return [];
    return [[name, anyValue[field.type]]];
  });
  return Object.fromEntries(required);
}

const anyValue: Readonly<Record<FitTable['layout']['fields'][number]['type'], string>> = {
  text: probeName,
  number: '0',
  date: '2000-01-01',
  time: '00:00:00',
  timestamp: '2000-01-01T00:00:00',
  container: '',
};
