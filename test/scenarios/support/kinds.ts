/** Tests of a scenario: ServerSync on each of its states, and the naive engine, each with a seed that is printed where it fails. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulators, startEmulators } from '../../state/aws/emulators.ts';
import { play, playNaive, type Scenario, seedOfThisRun } from './scenario.ts';

/** Enough to see what is wrong. */
const shownFaults = 5;

export function describeScenarios(scenarios: readonly Scenario[]): void {
  let emulators: Emulators;
  beforeAll(async () => {
    emulators = await startEmulators();
  });
  afterAll(() => emulators.stop());

  const seed = seedOfThisRun;
  const game = `SERVERSYNC_SEED=${seed}`;
  describe.each(scenarios)('$id: $trouble', (scenario) => {
    const { full, dynamodb } = scenario.size;
    test(`ServerSync has what must be seen on SQLite (size ${full}, ${game})`, async () => {
      const { faults, figure } = await play(scenario, { name: 'sqlite' }, seed);
      expect({ figure, faults: faults.slice(0, shownFaults) }).toEqual({ figure, faults: [] });
    });

    test(`ServerSync has what must be seen on DynamoDB (size ${dynamodb}, ${game})`, async () => {
      const { faults, figure } = await play(scenario, { name: 'dynamodb', emulators }, seed);
      expect({ figure, faults: faults.slice(0, shownFaults) }).toEqual({ figure, faults: [] });
    });

    test.each(['odata', 'mixed'] as const)(
      `ServerSync has what must be seen on SQLite with API %s (${game})`,
      async (apis) => {
        const { faults, figure } = await play(scenario, { name: 'sqlite' }, seed, apis);
        expect({ figure, faults: faults.slice(0, shownFaults) }).toEqual({ figure, faults: [] });
      },
    );

    if (scenario.naive === 'spared' || scenario.naive === 'varies') return;
    test(`the naive engine ${scenario.naive} (size ${full}, ${game})`, async () => {
      const { faults, figure } = await playNaive(scenario, seed);
      const naive = faults.length > 0 ? 'fails' : 'passes';
      expect({ figure, naive }).toEqual({ figure, naive: scenario.naive });
    });
  });
}
