/**
 * A copy of the state for a command that changes nothing: it works with the copy as a run works with the state, and the copy is
 * thrown away. Session slots alone are those of the state itself, since sessions are really opened: should the command be
 * killed, the next one finds them and logs them out. So is the count of what servers send, since they really send it.
 *
 * Where there is no state yet an empty one is made for these, and removed again once no slot is held.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMs } from '../../core/names.ts';
import type { Planned } from '../../ports/planned.ts';
import { copyPrefix, type LocalState, openLocalState, stateFileName } from './local-state.ts';
import { dataUsesIn } from './data-uses.ts';
import { openPlanned } from './planned.ts';
import {
  accessing,
  createPrivateDirectory,
  removeBeginningWith,
  removeEmptyDirectories,
} from './private-files.ts';
import { giveUpSlots, isAnySlotHeld, sessionSlotsIn } from './session-slots.ts';
import { missingState, openStateFile, requireStateFile, type StateFile } from './state-file.ts';
import { lockFileName, lockState } from './state-lock.ts';

export type StateCopyOptions = {
  readonly directory: string;
  readonly now: () => EpochMs;
  /** Throws where there is no state, instead of working with an empty one. */
  readonly existing: boolean;
};

export type StateCopy = LocalState & { readonly planned: Planned };

/** Throws StateFileError where the directory cannot be used, another process works with it, or it is of an earlier version. */
export async function openStateCopy({ directory, now, existing }: StateCopyOptions): Promise<StateCopy> {
  const path = join(directory, stateFileName);
  if (existing) requireStateFile(path);
  const cleanUp = new CleanUp();
  try {
    const real = lockedState(directory, cleanUp);
    if (existing && real.isEmptyBut(...ownTables)) throw missingState(path);
    real.transaction(() => giveUpSlots(real, now()));
    const copied = accessing(directory, () => mkdtempSync(join(directory, copyPrefix)));
    cleanUp.add(() => rmSync(copied, { recursive: true, force: true }));
    await real.copyTo(join(copied, stateFileName));
    const copy = openLocalState({ directory: copied, now });
    cleanUp.add(copy.close);
    const planned = openPlanned(join(copied, 'planned.db'));
    cleanUp.add(planned.close);
    return {
      ...copy,
      planned: planned.planned,
      sessions: sessionSlotsIn(real),
      dataUses: dataUsesIn(real),
      close: () => cleanUp.run(),
    };
  } catch (error) {
    cleanUp.run();
    throw error;
  }
}

/** Those that it does not copy. */
const ownTables = ['held_slots', 'data_uses'];

/** The state itself, which is left as it was found but for its slots and that count; one that was made for them goes. */
function lockedState(directory: string, cleanUp: CleanUp): StateFile {
  const path = join(directory, stateFileName);
  const first = createPrivateDirectory(directory);
  if (first !== undefined)
    cleanUp.add(() => {
      if (existsSync(path)) return;
      rmSync(join(directory, lockFileName), { force: true });
      removeEmptyDirectories(directory, first);
    });
  cleanUp.add(lockState(directory).release);
  removeBeginningWith(directory, copyPrefix);
  const file = openStateFile(path, { asItIs: true });
  cleanUp.add(() => {
    const isUnused = file.isEmptyBut(...ownTables) && !isAnySlotHeld(file);
    file.close();
    if (isUnused) rmSync(path, { force: true });
  });
  return file;
}

/** What is to be done at the end, the last first; once. */
class CleanUp {
  readonly #steps: (() => void)[] = [];

  add(step: () => void): void {
    this.#steps.push(step);
  }

  run(): void {
    const steps = this.#steps.splice(0).toReversed();
    let failure: { readonly error: unknown } | undefined;
    for (const step of steps) {
      try {
        step();
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure !== undefined) throw failure.error;
  }
}
