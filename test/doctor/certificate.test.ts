import { expect, test } from 'vitest';
import { certificateFinding } from '../../src/doctor/server-checks.ts';

const dayMs = 86_400_000;
const now = 1_800_000_000_000;
const ending = (days: number) => ({
  names: ['fm-hq.example.com'],
  issuers: ['Example CA'],
  endsAt: now + days * dayMs,
});

test.each([
  [31, 'ok'],
  [30, 'warning'],
  [1, 'warning'],
])('a certificate that holds for %i days more is %s', (daysLeft, status) => {
  expect(certificateFinding(ending(daysLeft), now)).toMatchObject({ status, figures: { daysLeft } });
});
