/** Clocks that differ by more than the alarm allows, or were set lately. One that is far off, or of another zone, is a halt. */
import { type ServerState, serverStates, skewsOf } from '../overview.ts';
import { duration } from '../words.ts';
import type { Finder, Matter } from './matter.ts';

/** How long a clock that was set is told of, ms. */
const stepToldMs = 86_400_000;

export const clocksWrong: Finder = async ({ configuration, control, now }) => {
  const states = await serverStates(configuration, control, now);
  const halts = await control.halts();
  const isHalted = (server: string): boolean =>
    halts.some((halt) => halt.server === server && halt.kind === 'clock-step');
  const shown = states.filter(({ server }) => !isHalted(server));
  return [
    ...shown.flatMap((state) => stepOf(state, now)),
    ...skewsOf(states)
      .filter(({ ms }) => Math.abs(ms) > configuration.alarms.skewMs)
      .map(
        ({ of, against, ms }): Matter => ({
          kind: 'skew',
          urgency: 'soon',
          server: of,
          text: `its clock is ${duration(ms)} ${ms < 0 ? 'behind' : 'ahead of'} that of ${against}`,
          first: 'Sync reckons with it; still, set them right: people see these times.',
          next: ['status'],
        }),
      ),
  ];
};

function stepOf({ server, clockStep: step }: ServerState, now: number): readonly Matter[] {
  if (step === undefined || now - step.at > stepToldMs) return [];
  const text = `its clock was set ${step.byMs < 0 ? 'back' : 'forward'} by ${duration(step.byMs)}`;
  const first = 'See that it is right now: the time around it is read again.';
  return [{ kind: 'clock-set', urgency: 'later', since: step.at, server, text, first, next: ['status'] }];
}
