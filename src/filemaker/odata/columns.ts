/**
 * The fields of a table as they are asked for and come back: what is synced and no more, since each calculation that nobody needs
 * costs the server time. By their ids where all of them are known, so that a field renamed in FileMaker goes on working; what the
 * server calls them then is the same in questions, answers and writes. What it cannot read it names by field, never by value (R9).
 */
import type { Values } from '../../core/digest.ts';
import type { FilesShown } from '../../core/files.ts';
import type { FieldType } from '../../core/link.ts';
import type { FieldName, Key, RecordId } from '../../core/names.ts';
import type { ServerRecord, TableBinding } from '../../ports/server.ts';
import { digitsAt, valueAt } from '../http/answer.ts';
import { fieldMissing, type Place, unreadable, unreadableRecord } from '../http/failures.ts';
import { rawStamp } from '../http/raw-stamp.ts';
import { encodeSegment, fieldName, isEntityId } from './url.ts';
import { canonicalValue, wireJson } from './values.ts';

type Column = { readonly name: FieldName; readonly wireName: string; readonly type: FieldType };

/** What a look at a row shows beside its key. */
export type RowState = { readonly recordId: RecordId; readonly modId: number; readonly key: Key };

export class Columns {
  readonly key: Column;
  readonly stamp: Column;
  /** As it stands in a path. */
  readonly table: string;
  readonly #place: Place;
  readonly #binding: TableBinding;
  readonly #fields: readonly Column[];
  readonly #byName: ReadonlyMap<FieldName, Column>;
  /** Rows do not tell of them. */
  readonly #containers: FilesShown | undefined;

  constructor(place: Place, binding: TableBinding, byIds: boolean) {
    this.#place = place;
    this.#binding = binding;
    const column = (name: FieldName, own: string, type = binding.types[name] ?? 'text'): Column => ({
      name,
      wireName: (byIds ? binding.ids?.fields[own] : undefined) ?? own,
      type,
    });
    const stampType = binding.stampedBy === 'utcMilliseconds' ? 'number' : 'timestamp';
    this.key = column(binding.key, binding.keyField);
    this.stamp = column(binding.stampField, binding.stampField, stampType);
    this.#fields = Object.entries(binding.fieldNames).map(([name, own]) => column(name, own));
    this.#byName = new Map(this.#fields.map((one) => [one.name, one]));
    const containers = this.#fields.filter(({ type }) => type === 'container');
    if (containers.length > 0)
      this.#containers = Object.fromEntries(containers.map(({ name }) => [name, 'unasked' as const]));
    this.table = byIds ? (tableId(binding) ?? '') : encodeSegment(binding.layout);
  }

  /** What identifies a row, tells whether it changed, and all that is synced. Contents of containers go another way. */
  get select(): string {
    return this.#selectOf([this.key, this.stamp, ...this.#fields]);
  }

  /** What identifies a row and tells whether it changed. */
  stateSelect(): string {
    return this.#selectOf([this.key]);
  }

  #selectOf(columns: readonly Column[]): string {
    const names = columns
      .filter(({ type }) => type !== 'container')
      .map(({ wireName }) => fieldName(wireName));
    return ['ROWID', 'ROWMODID', ...new Set(names)].join(',');
  }

  record(row: unknown): ServerRecord {
    const values: Record<FieldName, string> = {};
    for (const column of this.#fields)
      if (column.type !== 'container') values[column.name] = this.#value(row, column);
    return {
      ...this.state(row),
      values,
      ...(this.#containers && { files: this.#containers }),
      stamp: rawStamp(this.stamp.type, this.#value(row, this.stamp)),
    };
  }

  state(row: unknown): RowState {
    const recordId = digitsAt(row, 'ROWID');
    const modId = digitsAt(row, 'ROWMODID');
    if (recordId === undefined || modId === undefined)
      throw unreadable(this.#place, 'a record without its ids');
    return { recordId, modId: Number(modId), key: this.#value(row, this.key) };
  }

  /** Whether the row holds these and nothing else. */
  holdsJust(row: unknown, values: Values): boolean {
    return this.#fields.every(
      (column) => column.type === 'container' || this.#value(row, column) === (values[column.name] ?? ''),
    );
  }

  #value(row: unknown, { wireName, type }: Column): string {
    const wire = valueAt(row, wireName);
    if (wire === undefined) throw fieldMissing(this.#place, wireName);
    const value = canonicalValue(type, wire);
    if (value === undefined) throw unreadableRecord(this.#place, digitsAt(row, 'ROWID') ?? '?', wireName);
    return value;
  }

  /** JSON of what is written, with the key where a record is made. Of containers it is only said that they are to be empty. */
  body(values: Values, key?: Key): string {
    const members = Object.entries(values).flatMap(([name, value]) => this.#member(name, value));
    if (key !== undefined) members.push(memberOf(this.key, key));
    return `{${members.join(',')}}`;
  }

  /** What the server calls it. */
  wireNameOf(name: FieldName): string {
    return this.#columnOf(name).wireName;
  }

  #columnOf(name: FieldName): Column {
    const column = this.#byName.get(name);
    if (column !== undefined) return column;
    throw new TypeError(`table "${this.#binding.table}" has no field "${name}" on this server`);
  }

  #member(name: FieldName, value: string): readonly string[] {
    const column = this.#columnOf(name);
    if (column.type === 'container' && value !== '') throw new TypeError('a file is no value of a record');
    return [memberOf(column, value)];
  }
}

const memberOf = ({ wireName, type }: Column, value: string): string =>
  `${JSON.stringify(wireName)}:${wireJson(type, value)}`;

/** All of its fields are known by id: answers name either ids or names, not both. */
export function knowsIds({ ids, keyField, stampField, fieldNames }: TableBinding): boolean {
  if (ids === undefined) return false;
  const names = [keyField, stampField, ...Object.values(fieldNames)];
  return names.every((name) => isEntityId(ids.fields[name] ?? ''));
}

/** `FMFID` is `fieldId * 2^32 + FMTID` (seen in several files). */
function tableId({ ids, keyField }: TableBinding): string | undefined {
  if (ids?.table !== undefined) return ids.table;
  const [, digits] = /^FMFID:(\d+)$/.exec(ids?.fields[keyField] ?? '') ?? [];
  return digits === undefined ? undefined : `FMTID:${BigInt(digits) % 2n ** 32n}`;
}
