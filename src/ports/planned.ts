/**
 * What a plan notes: writes that were not made, with what they would have left, and conflicts that would be decided. One plan
 * fills it; it is as large as what is planned, so an implementation keeps it on disk.
 */
import type { Conflict } from '../core/conflict.ts';
import type { Values } from '../core/digest.ts';
import type { FieldName, Key, RecordId, ServerName, TableName } from '../core/names.ts';

export type PlannedPlace = { readonly table: TableName; readonly server: ServerName };

/** All that is planned for one record on one server. */
export type PlannedWrite = PlannedPlace & {
  /** Made up where the record would be created. */
  readonly recordId: RecordId;
  readonly key: Key;
  /** `none`: it would be created and deleted again. */
  readonly kind: 'create' | 'edit' | 'delete' | 'none';
  /** What would be written, by field; of a delete nothing. */
  readonly values: Values;
  /** What was in these fields; of a delete all that the record holds. */
  readonly before: Values;
  /** What its modId would be. */
  readonly modId: number;
  /** That of the record as it is; of one that would be created 0. */
  readonly baseModId: number;
  /** The code for which the record is parked there now: it is tried again, and may be refused again. */
  readonly parked?: string;
};

export type PlannedKind = Exclude<PlannedWrite['kind'], 'none'>;

export type PlannedCount = PlannedPlace & {
  readonly kind: PlannedKind;
  readonly records: number;
  /** Those of them that are parked there now. */
  readonly parked: number;
  /** In how many of them each field would be written; of creates and deletes nothing. */
  readonly fields: Readonly<Record<FieldName, number>>;
};

/** Conflicts that would end alike. */
export type PlannedConflicts = Pick<Conflict, 'table' | 'rule' | 'kind'> & {
  readonly winner: ServerName;
  readonly loser: ServerName;
  readonly fields: number;
};

export interface Planned {
  /** Stores or overwrites by table, server and recordId. */
  putWrite(write: PlannedWrite): Promise<void>;
  /** Those of these records; the others are absent. */
  writesTo(place: PlannedPlace, recordIds: readonly RecordId[]): Promise<ReadonlyMap<RecordId, PlannedWrite>>;
  /** Records that would be created with a key that FileMaker may take for one of these (`foldedKey`). */
  createdLike(place: PlannedPlace, keys: readonly Key[]): Promise<readonly PlannedWrite[]>;
  /** Stores or overwrites by id. */
  putConflicts(conflicts: readonly Conflict[]): Promise<void>;

  /** In no order; what there is nothing of is absent. */
  counts(): Promise<readonly PlannedCount[]>;
  /** By the keys' UTF-8 bytes, at most `limit`. */
  writes(place: PlannedPlace, kind: PlannedKind, limit: number): Promise<readonly PlannedWrite[]>;
  /** In no order. */
  conflictCounts(): Promise<readonly PlannedConflicts[]>;
  /** By key and field, at most `limit`. */
  conflicts(table: TableName, limit: number): Promise<readonly Conflict[]>;
}
