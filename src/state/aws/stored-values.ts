/**
 * Values as they come back from the store. Only this folder writes them, and the format has a version that is checked before
 * anything is read (format.ts), so they are taken as they stand.
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
import type { Head, Replica } from '../../core/head.ts';
import type { RunRecord } from '../../core/run-record.ts';
import type { Halt } from '../../core/halt.ts';
import type { HistoryEntry } from '../../core/history.ts';
import type { TableShape } from '../../core/shape.ts';
import type { PauseList } from '../../core/pause.ts';
import type { DeleteCount, Suspect } from '../../core/suspect.ts';
import type { SweepAsk, SweepState } from '../../core/sweep.ts';
import type { Watermark } from '../../core/watermark.ts';
import type { WebhookState } from '../../core/webhook.ts';
import type { Advances } from './watermarks.ts';
import type { FieldList } from '../../ports/control.ts';

type Stored = {
  readonly head: Head;
  readonly replica: Replica;
  readonly batchKeys: readonly BatchKey[];
  readonly sending: readonly Sending[];
  readonly watermark: Watermark;
  readonly advances: Advances;
  readonly deleteLog: DeleteLogState;
  readonly clock: ClockState;
  readonly userClock: UserClock;
  readonly conflict: Conflict;
  readonly parked: Parked;
  readonly meeting: Meeting;
  readonly shape: TableShape;
  readonly fieldList: FieldList;
  readonly run: RunRecord;
  readonly bookmark: Bookmark;
  readonly breaker: Breaker;
  readonly accountView: AccountView;
  readonly webhookState: WebhookState;
  readonly filesRead: FilesRead;
  readonly suspect: Suspect;
  readonly deleteCount: DeleteCount;
  readonly halt: Halt;
  readonly sweep: SweepState;
  readonly sweepAsk: SweepAsk;
  readonly historyEntry: HistoryEntry;
  readonly pauseList: PauseList;
  readonly act: Act;
};

/** A value that was stored as this kind, from its JSON. */
export const stored = <Kind extends keyof Stored>(_kind: Kind, json: string): Stored[Kind] =>
  JSON.parse(json);

export const storedIfAny = <Kind extends keyof Stored>(
  kind: Kind,
  json: string | undefined,
): Stored[Kind] | undefined => (json === undefined ? undefined : stored(kind, json));
