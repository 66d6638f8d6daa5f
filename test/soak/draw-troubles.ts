/** Troubles of the simulated servers, each with requests that it can strike without making the server a liar. */
import type { Dice } from '../engine/model/seeded-random.ts';
import type { RequestKind } from '../../src/simulator/description.ts';
import type { Effect, Trouble } from '../../src/simulator/troubles.ts';
import { oneOf } from './draw-site.ts';
import type { Site } from './plan.ts';

const reads: readonly RequestKind[] = ['list', 'read', 'find', 'metadata', 'productInfo'];
const writes: readonly RequestKind[] = ['create', 'update', 'delete'];
const sessions: readonly RequestKind[] = ['login', 'logout'];
const all = [...reads, ...writes, ...sessions];
const inSession = [...reads.filter((kind) => kind !== 'productInfo'), ...writes];

type Kind = { readonly on: readonly RequestKind[]; readonly effect: (dice: Dice) => Effect };

const error = (on: readonly RequestKind[], ...codes: readonly string[]): Kind => ({
  on,
  effect: (dice) => ({ kind: 'error', code: oneOf(dice, codes) }),
});

/** Left out: codes that say of a record that it is not there, or of a find that it found nothing, though it is and did. */
const kinds: readonly Kind[] = [
  error(inSession, '16', '307', '820', '1701', '813', '821', '951'),
  error(['login', 'list', 'find', 'update', 'create'], '812', '956'),
  error(['login', ...inSession], '802', '953', '959'),
  error(['login'], '212'),
  error(['update', 'delete'], '301'),
  error(['update'], '306', '512'),
  error(['create', 'update'], '504', '509', '511', '1205', '5123'),
  error(['list', 'find'], '301'),
  { on: inSession, effect: () => ({ kind: 'loseSession' }) },
  { on: all, effect: () => ({ kind: 'resetBefore' }) },
  { on: all, effect: () => ({ kind: 'resetAfter' }) },
  { on: writes, effect: () => ({ kind: 'resetAfter' }) },
  { on: all, effect: (dice) => ({ kind: 'html', status: oneOf(dice, [502, 503, 504, 500]) }) },
  { on: all, effect: () => ({ kind: 'html', status: 504, after: true }) },
  // To a login 502 and 503 say that the engine is down, and its sessions with it: that is what the connector goes by.
  { on: inSession, effect: (dice) => ({ kind: 'html', status: oneOf(dice, [502, 503]), after: true }) },
  { on: inSession, effect: (dice) => ({ kind: 'html', status: oneOf(dice, [413, 404, 408, 429]) }) },
  { on: [...reads, ...writes, 'login'], effect: () => ({ kind: 'truncate' }) },
  { on: all, effect: (dice) => ({ kind: 'delay', ms: drawDelay(dice) }) },
  { on: all, effect: (dice) => ({ kind: 'delay', ms: drawDelay(dice), after: true }) },
  { on: ['find', 'list'], effect: (dice) => ({ kind: 'staleRead', upToMs: 1000 + dice.pick(89_000) }) },
  // A login that a proxy repeats opens a session that nobody can know of.
  { on: [...reads, ...writes, 'logout'], effect: () => ({ kind: 'repeat' }) },
];

/** Long ones cost much: whoever waits looks every few moments whether there is something to do. */
const drawDelay = (dice: Dice): number => oneOf(dice, [50, 50, 400, 400, 2_000, 12_000]);

export function drawTrouble(dice: Dice, { unique }: Pick<Site, 'unique'>): Trouble {
  const { on, effect } = oneOf(dice, kinds);
  const struck = on.filter(() => dice.chance(0.6));
  const drawn = effect(dice);
  // What a proxy creates twice is there twice, unless the server keeps keys unique.
  const possible = drawn.kind === 'repeat' && !unique ? struck.filter((kind) => kind !== 'create') : struck;
  const [first = 'find'] = on;
  const requests = possible.length > 0 ? possible : [first];
  if (dice.chance(0.3)) return { effect: drawn, on: requests, next: 1 + dice.pick(3) };
  return { effect: drawn, on: requests, probability: oneOf(dice, [0.02, 0.05, 0.1, 0.3]) };
}
