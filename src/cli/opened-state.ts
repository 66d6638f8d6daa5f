/** The state that a command reads or changes: that of this machine, or of a deployed stack, through the same ports. */
import { accountOf } from '../composition/accounts.ts';
import { awsClients, stateOf } from '../composition/aws-installation.ts';
import { loadConfiguration } from '../config/load.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Credentials } from '../config/credentials.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import type { Control } from '../ports/control.ts';
import type { FileNames } from '../ports/files.ts';
import type { Forgetting } from '../ports/forgetting.ts';
import type { LagSamples } from '../ports/lag-samples.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { SessionSlots } from '../ports/session-slots.ts';
import type { Identity } from '../core/identity.ts';
import { AwsStateError } from '../state/aws/state-error.ts';
import { openLocalState } from '../state/local/local-state.ts';
import { asOperator, portAsOperator, regionOf } from './operator-request.ts';
import { type OperatorPlace, operatorOf } from './operator.ts';
import { placesOf } from './stack.ts';
import { stateDirectoryOf } from './workplace.ts';

export type StatePlace = OperatorPlace & {
  readonly configFile: string;
  /** Not used where a stack is named, whose state it is then. */
  readonly stateDirectory: string | undefined;
};

export type OpenedState = {
  readonly records: Records;
  readonly control: Control;
  readonly queue: Queue;
  readonly forgetting: Forgetting;
  /** Who knows which files a state of this machine names. */
  readonly fileNames?: FileNames;
  /** What lag and throughput were, as runs of this machine noted it; a stack has its figures in CloudWatch. */
  readonly lagSamples?: LagSamples;
  /** Throws where the state is about other servers or tables, or another installation's. */
  readonly checkIdentity: (
    identity: Identity,
    checking?: { readonly mayMove?: boolean },
  ) => void | Promise<void>;
  /** Throws where the heads and replicas are another installation's: whoever changes some asks first. Of a stack only. */
  readonly bindRecords?: () => Promise<void>;
  /** Whether somebody works with it. */
  readonly isAtWork: () => boolean;
  /** Overwrites what was removed from a state of this machine. */
  readonly overwriteRemoved?: () => void;
  readonly close: () => void;
};

/** One that may be changed, by whom. */
export type ChangingState = OpenedState & {
  /** Who gives the command, for the trail of acts: see note-act.ts. */
  readonly operator: string;
  /** For how long it is kept what is put down there, ms. */
  readonly actsMs: number;
};

/** Throws StateFileError, Refused or AwsStateError, as what it gives does. Makes and changes nothing. */
export const openToRead = (place: StatePlace): Promise<OpenedState> => open(place, { readOnly: true });

/** The same, to store what holds for whoever works with it: also while one does. */
export const openBeside = (place: StatePlace): Promise<ChangingState> => openFor(place, { beside: true });

/** The same, to change what is there: no state is made, and nobody else works with one of this machine. */
export const openToChange = (place: StatePlace): Promise<ChangingState> => openFor(place, { existing: true });

async function openFor(place: StatePlace, local: Parameters<typeof open>[1]): Promise<ChangingState> {
  const state = await open(place, local);
  try {
    const { retention } = await loadConfiguration(place.configFile);
    return { ...state, operator: await operatorOf(place), actsMs: retention.actsMs };
  } catch (error) {
    state.close();
    throw error;
  }
}

async function open(
  { stack, configFile, stateDirectory }: StatePlace,
  local: { readonly readOnly: true } | { readonly existing: true } | { readonly beside: true },
): Promise<OpenedState> {
  if (stack !== undefined) return openStack(stack, configFile);
  const directory = stateDirectoryOf(configFile, stateDirectory);
  return openLocalState({ directory, now: () => systemClock.now(), ...local });
}

/** A stack's state for whoever reaches servers too, whose sessions and accounts it holds. */
export type OpenedStack = OpenedState & {
  readonly sessions: SessionSlots;
  /** As the functions have it. Throws SecretError or AwsStateError. */
  readonly account: (server: ServerName) => Promise<Credentials>;
};

/** `heldUntil`: when whoever takes a session through it is surely gone; default: it takes none. Throws as `openToRead`. */
export async function openStack(
  stack: string,
  configFile: string,
  heldUntil: () => EpochMs = () => 0,
): Promise<OpenedStack> {
  const places = await placesOf(stack);
  const clients = awsClients();
  const asked = { what: `stack ${stack}`, region: await regionOf(clients.dynamo) };
  const state = stateOf(places, clients, heldUntil);
  const { records, control, queue, forgetting, sessions, checkIdentity, bindRecords } = state;
  const { secretPrefix, installation } = places;
  const close = (): void => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return {
    records: portAsOperator(asked, records),
    control: portAsOperator(asked, control),
    queue: portAsOperator(asked, queue),
    forgetting: portAsOperator(asked, forgetting),
    checkIdentity: async (identity, checking) => {
      try {
        await asOperator(asked, () => checkIdentity(identity, checking));
      } catch (error) {
        throw isOtherServers(error) ? otherConfiguration(stack, configFile, error) : error;
      }
    },
    bindRecords: () => asOperator(asked, bindRecords),
    isAtWork: () => true,
    sessions: portAsOperator(asked, sessions),
    account: (server) =>
      asOperator({ ...asked, action: 'secretsmanager:GetSecretValue' }, () =>
        accountOf(clients.secrets, secretPrefix, server, installation),
      ),
    close,
  };
}

const isOtherServers = (error: unknown): error is AwsStateError =>
  error instanceof AwsStateError && error.code === 'state-other-servers';

/** Somebody who only looks may just be in another folder. */
function otherConfiguration(stack: string, configFile: string, error: AwsStateError): AwsStateError {
  const found = `${configFile} is not the configuration that it was deployed with`;
  const remedy = `Name that one with --config FILE; or, if it was changed: ${error.message}`;
  return new AwsStateError(error.code, `stack ${stack}`, found, remedy, error);
}
