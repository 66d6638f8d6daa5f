/**
 * Whole values from their JSON. Only this folder writes them, into STRICT tables of a file whose format has a version,
 * so they are taken as they stand: checking each by a schema would take most of the time of a first sync.
 */
import type { Act } from '../../core/act.ts';
import type { AccountView } from '../../core/account-view.ts';
import type { BatchKey, Sending } from '../../core/batch.ts';
import type { Bookmark } from '../../core/bookmark.ts';
import type { FilesRead } from '../../core/files-read.ts';
import type { Breaker } from '../../core/breaker.ts';
import type { ClockState, UserClock } from '../../core/clock-state.ts';
import type { Conflict, Parked } from '../../core/conflict.ts';
import type { DeleteLogState } from '../../core/delete-log.ts';
import type { Meeting } from '../../core/first-meeting.ts';
import type { Halt } from '../../core/halt.ts';
import type { HistoryEntry } from '../../core/history.ts';
import type { PauseList } from '../../core/pause.ts';
import type { TableShape } from '../../core/shape.ts';
import type { DeleteCount, Suspect } from '../../core/suspect.ts';
import type { SweepAsk, SweepState } from '../../core/sweep.ts';
import type { Head, Replica } from '../../core/head.ts';
import type { RunRecord } from '../../core/run-record.ts';
import type { Watermark } from '../../core/watermark.ts';
import type { WebhookState } from '../../core/webhook.ts';
import type { FieldList } from '../../ports/control.ts';
import { type Column, text } from './columns.ts';

export const headFrom = (column: Column): Head => JSON.parse(text(column));
export const replicaFrom = (column: Column): Replica => JSON.parse(text(column));
export const batchKeysFrom = (column: Column): readonly BatchKey[] => JSON.parse(text(column));
export const sendingFrom = (column: Column): Sending => JSON.parse(text(column));
export const watermarkFrom = (column: Column): Watermark => JSON.parse(text(column));
export const deleteLogFrom = (column: Column): DeleteLogState => JSON.parse(text(column));
export const clockFrom = (column: Column): ClockState => JSON.parse(text(column));
export const userClockFrom = (column: Column): UserClock => JSON.parse(text(column));
export const conflictFrom = (column: Column): Conflict => JSON.parse(text(column));
export const parkedFrom = (column: Column): Parked => JSON.parse(text(column));
export const meetingFrom = (column: Column): Meeting => JSON.parse(text(column));
export const shapeFrom = (column: Column): TableShape => JSON.parse(text(column));
export const fieldListFrom = (column: Column): FieldList => JSON.parse(text(column));
export const runFrom = (column: Column): RunRecord => JSON.parse(text(column));
export const bookmarkFrom = (column: Column): Bookmark => JSON.parse(text(column));
export const suspectFrom = (column: Column): Suspect => JSON.parse(text(column));
export const deleteCountFrom = (column: Column): DeleteCount => JSON.parse(text(column));
export const haltFrom = (column: Column): Halt => JSON.parse(text(column));
export const sweepFrom = (column: Column): SweepState => JSON.parse(text(column));
export const sweepAskFrom = (column: Column): SweepAsk => JSON.parse(text(column));
export const historyEntryFrom = (column: Column): HistoryEntry => JSON.parse(text(column));
export const pauseListFrom = (column: Column): PauseList => JSON.parse(text(column));
export const actFrom = (column: Column): Act => JSON.parse(text(column));
export const accountViewFrom = (column: Column): AccountView => JSON.parse(text(column));
export const webhookStateFrom = (column: Column): WebhookState => JSON.parse(text(column));
export const filesReadFrom = (column: Column): FilesRead => JSON.parse(text(column));
export const breakerFrom = (column: Column): Breaker => JSON.parse(text(column));
