/**
 * Who reads a server, of several processes.
 *
 * A lease saves double work and no rule rests on it. A reading that finds nothing saves none: it looks whether another process is
 * at work, and takes the lease when it has found something to be at work on.
 */
import type { EpochMs, ServerName } from '../core/names.ts';
import type { Engine } from './engine.ts';

export type Lease = {
  /** Names this process among others. */
  readonly holder: string;
  /** How long a process that dies keeps others from reading, ms; longer than a page takes from one renewal to the next. */
  readonly leaseMs: number;
};

export const readingLease = (server: ServerName): string => `read ${server}`;

/** Whether another process reads it now. */
export const isReadByOther = (
  { control, clock }: Pick<Engine, 'control' | 'clock'>,
  server: ServerName,
  holder: string,
): Promise<boolean> => control.isLeased(readingLease(server), holder, clock.now());

/** What one process is to work on: taken when there is something to be done, which a tick in which nothing changed does not have. */
export type Turn = {
  readonly isTaken: () => boolean;
  /** False where another process is at it. Once it is taken, it is asked for no more. */
  readonly take: () => Promise<boolean>;
  /** Whoever works for long renews, which costs a request now and then. */
  readonly renew: () => Promise<void>;
};

/** Of whoever has the server already. */
export const taken: Turn = {
  isTaken: () => true,
  take: () => Promise.resolve(true),
  renew: () => Promise.resolve(),
};

/**
 * Does the work, which takes the server before it works on what it found. Two that find nothing at once have asked the server
 * twice, and that is all.
 */
export const readingInTurn = <Result>(
  ports: Pick<Engine, 'control' | 'clock'>,
  server: ServerName,
  lease: Lease,
  work: (turn: Turn) => Promise<Result>,
): Promise<Result> => inTurn(ports, readingLease(server), lease, work);

/** Does the work if nobody else has the lease. */
export const alone = <Result>(
  ports: Pick<Engine, 'control' | 'clock'>,
  name: string,
  lease: Lease,
  work: (renew: () => Promise<void>) => Promise<Result>,
): Promise<Result | 'busy'> =>
  inTurn<Result | 'busy'>(ports, name, lease, async (turn) =>
    (await turn.take()) ? work(turn.renew) : 'busy',
  );

async function inTurn<Result>(
  { control, clock }: Pick<Engine, 'control' | 'clock'>,
  lease: string,
  { holder, leaseMs }: Lease,
  work: (turn: Turn) => Promise<Result>,
): Promise<Result> {
  let takenAt: EpochMs | undefined;
  const takeAt = async (now: EpochMs): Promise<boolean> => {
    const isMine = await control.takeLease(lease, holder, leaseMs, now);
    if (isMine) takenAt = now;
    return isMine;
  };
  const turn: Turn = {
    isTaken: () => takenAt !== undefined,
    take: async () => takenAt !== undefined || takeAt(clock.now()),
    renew: async () => {
      const now = clock.now();
      if (takenAt === undefined || now - takenAt < leaseMs / 3) return;
      takenAt = now;
      await control.takeLease(lease, holder, leaseMs, now);
    },
  };
  try {
    return await work(turn);
  } finally {
    if (turn.isTaken()) await control.dropLease(lease, holder);
  }
}
