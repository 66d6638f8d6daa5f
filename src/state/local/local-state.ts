/** The whole local state: one file in one directory, used by one process at a time. */
import { join } from 'node:path';
import type { Identity } from '../../core/identity.ts';
import type { EpochMs } from '../../core/names.ts';
import type { Control, DataUses } from '../../ports/control.ts';

import type { FileNames } from '../../ports/files.ts';
import type { Forgetting } from '../../ports/forgetting.ts';
import type { LagSamples } from '../../ports/lag-samples.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';
import type { SessionSlots } from '../../ports/session-slots.ts';
import { auditIn, purgeActs } from './audit.ts';
import { accountViewsIn } from './account-views.ts';
import { batchRowsIn } from './batch-rows.ts';
import { bookmarksIn } from './bookmarks.ts';
import { breakersIn } from './breakers.ts';
import { clocksIn } from './clocks.ts';
import { conflictsIn, purgeConflicts } from './conflicts.ts';
import { dataUsesIn } from './data-uses.ts';
import { deleteLogsIn } from './delete-logs.ts';
import { bind, check } from './identity.ts';
import { keepsakesIn } from './keepsakes.ts';
import { fieldListsIn } from './field-lists.ts';
import { fileNamesIn } from './file-names.ts';
import { filesReadIn } from './files-read.ts';
import { forgettingIn } from './forgetting.ts';
import { historyIn, purgeHistory } from './history.ts';
import { lagSamplesIn } from './lag-samples.ts';
import { leasesIn } from './leases.ts';
import { clearLeftBehind } from './left-behind.ts';
import { meetingsIn } from './meetings.ts';
import { createPrivateDirectory, removeBeginningWith } from './private-files.ts';
import { pausesIn } from './pauses.ts';
import { queueIn } from './queue.ts';
import { recordsIn } from './records.ts';
import { runsIn } from './runs.ts';
import { haltsIn, suspectsIn, sweepsIn } from './safety.ts';
import { shapesIn } from './shapes.ts';
import { sessionSlotsIn } from './session-slots.ts';
import {
  openStateFile,
  openStateFileBeside,
  openStateFileToRead,
  requireStateFile,
  type StateFile,
} from './state-file.ts';
import { isLocked, lockState } from './state-lock.ts';
import { watermarksIn } from './watermarks.ts';
import { webhookStatesIn } from './webhook-states.ts';
import { yielding } from './yielding.ts';

export const stateFileName = 'serversync.db';

/** Directories of copies that commands which change nothing work with; one that is killed leaves its own. */
export const copyPrefix = '.serversync-copy-';

export type LocalStateOptions = {
  readonly directory: string;
  readonly now: () => EpochMs;
  /** For `status`: needs no lock, makes nothing, and every write fails. */
  readonly readOnly?: boolean;
  /** Throws where there is no state, instead of making one. */
  readonly existing?: boolean;
  /** For what is stored beside the process that works with it, if one does: needs no lock, makes nothing, and clears nothing up. */
  readonly beside?: boolean;
};

export type LocalState = {
  readonly records: Records;
  readonly control: Control;
  readonly queue: Queue;
  readonly forgetting: Forgetting;
  readonly sessions: SessionSlots;
  readonly fileNames: FileNames;
  /** Where it is counted what servers send: that of the state itself, also of a copy. */
  readonly dataUses: DataUses;
  /** What lag and throughput were, as runs noted it. */
  readonly lagSamples: LagSamples;
  /** Throws StateFileError where the state is bound to other servers or tables; stores nothing. */
  readonly checkIdentity: (identity: Identity) => void;
  /** Binds the state to its servers and tables, or throws StateFileError where it is bound to others. */
  readonly bindTo: (identity: Identity) => void;
  /** Whether a process works with this state: this one unless it was opened to read. */
  readonly isAtWork: () => boolean;
  /** Overwrites what was removed: see StateFile. */
  readonly overwriteRemoved: () => void;
  /** After it nothing else may be called. A second call does nothing. */
  readonly close: () => void;
};

/** Throws StateFileError where the directory cannot be used. */
export function openLocalState({
  directory,
  now,
  readOnly = false,
  existing = false,
  beside = false,
}: LocalStateOptions): LocalState {
  const path = join(directory, stateFileName);
  if (readOnly || beside)
    return localPortsOver(beside ? openStateFileBeside(path) : openStateFileToRead(path), {
      isAtWork: () => isLocked(directory),
      release: () => undefined,
    });
  if (existing) requireStateFile(path);
  createPrivateDirectory(directory);
  const lock = lockState(directory);
  let file: StateFile | undefined;
  try {
    removeBeginningWith(directory, copyPrefix);
    file = openStateFile(path);
    clearLeftBehind(file, now());
    purgeConflicts(file, now());
    purgeHistory(file, now());
    purgeActs(file, now());
    return localPortsOver(file, { isAtWork: () => true, release: lock.release });
  } catch (error) {
    file?.close();
    lock.release();
    throw error;
  }
}

/** `release`: called once, when it is closed. */
export function localPortsOver(
  file: StateFile,
  { isAtWork, release }: { readonly isAtWork: () => boolean; readonly release: () => void },
): LocalState {
  let open = true;
  return {
    records: yielding(recordsIn(file)),
    control: yielding(controlIn(file)),
    queue: yielding(queueIn(file)),
    forgetting: forgettingIn(file),
    sessions: sessionSlotsIn(file),
    fileNames: fileNamesIn(file),
    dataUses: dataUsesIn(file),
    lagSamples: lagSamplesIn(file),
    checkIdentity: (identity) => check(file, identity),
    bindTo: (identity) => bind(file, identity),
    isAtWork,
    overwriteRemoved: () => file.overwriteRemoved(),
    close: () => {
      if (!open) return;
      open = false;
      file.close();
      release();
    },
  };
}

const controlIn = (file: StateFile): Control => ({
  ...batchRowsIn(file),
  ...watermarksIn(file),
  ...deleteLogsIn(file),
  ...clocksIn(file),
  ...conflictsIn(file),
  ...historyIn(file),
  ...keepsakesIn(file),
  ...meetingsIn(file),
  ...fieldListsIn(file),
  ...shapesIn(file),
  ...runsIn(file),
  ...bookmarksIn(file),
  ...breakersIn(file),
  ...dataUsesIn(file),
  ...accountViewsIn(file),
  ...webhookStatesIn(file),
  ...filesReadIn(file),
  ...leasesIn(file),
  ...suspectsIn(file),
  ...haltsIn(file),
  ...sweepsIn(file),
  ...pausesIn(file),
  ...auditIn(file),
});
