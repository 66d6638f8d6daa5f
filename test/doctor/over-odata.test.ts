import { expect, test } from 'vitest';
import { checks } from '../../src/doctor/catalogue.ts';
import { ok, unproven } from '../../src/doctor/finding.ts';
import { overOData } from '../../src/doctor/over-odata.ts';

test('R8: where nobody tells how many records there are, the doctor says what hiding some would do', () => {
  const untold = overOData(unproven('rows', 'the server does not tell how many records the table has'));
  expect(untold.remedy).toMatch(/may not see counts as deleted/);
  expect(untold.status).toBe('unproven');
});

test('a finding that is well has no remedy, and others keep their own', () => {
  expect(overOData(ok('rows', 'all are seen')).remedy).toBe(undefined);
  expect(overOData(unproven('stamp', 'not seen', checks.stamp.remedy)).remedy).toBe(checks.stamp.remedy);
});
