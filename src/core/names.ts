/** The words of the project as types. All of them are plain strings: the names keep signatures readable. */
export type ServerName = string;
export type TableName = string;
/** A field by its name in the configuration; a server may call it otherwise (`rename`). */
export type FieldName = string;
/** The value of the primary-key field, canonical, the same on every server: a record's only identity. */
export type Key = string;
/** FileMaker's own row id, a decimal string: a hint and a precondition, never an identity. */
export type RecordId = string;
/** Milliseconds since 1970-01-01 UTC by the reference clock (ours), unless a name says another clock. */
export type EpochMs = number;
