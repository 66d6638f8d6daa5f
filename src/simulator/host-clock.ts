/**
 * The clock of the simulated host: the true clock plus an offset, shown in the host's zone. Every stamp of a write
 * through the API and every HTTP `Date` comes from here; a user's own machine has its own.
 */
import { wallTimeAt, formatWallTime } from '../core/wall-time.ts';
import type { TimeZone } from '../core/time-zone.ts';
import type { TimeSource } from './description.ts';

/** Milliseconds from 0001-01-01 to 1970-01-01, both UTC (Get(CurrentTimeUTCMilliseconds) counts from there). */
const yearOneMs = 62_135_596_800_000;

/** What a clock showed when somebody committed. */
export type Stamp = { readonly wall: string; readonly utcMilliseconds: string; readonly account: string };

/** A machine in FileMaker Pro: its own clock and zone. */
export type UserMachine = {
  readonly name?: string;
  readonly clockOffsetMs?: number;
  readonly timeZone?: TimeZone;
};

export class HostClock {
  readonly time: TimeSource;
  readonly timeZone: TimeZone;
  offsetMs: number;
  private dateSecond = Number.NaN;
  private dateText = '';

  constructor(time: TimeSource, timeZone: TimeZone, offsetMs: number) {
    this.time = time;
    this.timeZone = timeZone;
    this.offsetMs = offsetMs;
  }

  now(): number {
    return this.time.now() + this.offsetMs;
  }

  stamp(account: string): Stamp {
    return stampAt(this.now(), this.timeZone, account);
  }

  userStamp(machine: UserMachine): Stamp {
    const now = this.time.now() + (machine.clockOffsetMs ?? this.offsetMs);
    return stampAt(now, machine.timeZone ?? this.timeZone, machine.name ?? 'user');
  }

  /** The HTTP `Date` header: whole seconds, truncated. */
  httpDate(): string {
    const second = Math.floor(this.now() / 1000);
    if (second !== this.dateSecond) {
      this.dateSecond = second;
      this.dateText = new Date(second * 1000).toUTCString();
    }
    return this.dateText;
  }

  /** Get(CurrentTimeUTCMilliseconds). */
  utcMilliseconds(): string {
    return utcMillisecondsAt(this.now());
  }

  today(): string {
    return formatWallTime(wallTimeAt(this.now(), this.timeZone)).slice(0, 10);
  }
}

const stampAt = (instant: number, zone: TimeZone, account: string): Stamp => ({
  wall: formatWallTime(wallTimeAt(instant, zone)),
  utcMilliseconds: utcMillisecondsAt(instant),
  account,
});

const utcMillisecondsAt = (instant: number): string => String(Math.floor(instant) + yearOneMs);
