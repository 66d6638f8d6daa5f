/** A server is taken out of the configuration, and the stack is deployed anew. */
import { describe, expect, test } from 'vitest';
import { type Resource, resourcesOf, templateOf } from './support/synthesised.ts';

const before = resourcesOf(
  templateOf({ roles: { hq: 'both', branch: 'both', shop: 'both' }, dataBudget: '5 GB per month' }),
);
const after = resourcesOf(
  templateOf({ roles: { hq: 'both', branch: 'both' }, dataBudget: '5 GB per month' }),
);

const ofTypes = (
  resources: Readonly<Record<string, Resource>>,
  ...types: readonly string[]
): Readonly<Record<string, Resource>> =>
  Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => types.includes(Type)));

describe('a server that is taken out', () => {
  test('takes its queues, its schedule and its alarms with it, and nothing else', () => {
    const gone = Object.entries(before).filter(([id]) => !(id in after));
    expect(gone.map(([, { Type }]) => Type).toSorted()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::CompositeAlarm',
      'AWS::Lambda::EventSourceMapping',
      'AWS::SQS::Queue',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::Scheduler::Schedule',
    ]);
    expect(gone.filter(([id]) => !id.startsWith('Servershop'))).toEqual([]);
    expect(Object.keys(after).filter((id) => !(id in before))).toEqual([]);
  });

  test('is named nowhere any more: no function may reach its queue or its account', () => {
    expect(JSON.stringify(before)).toContain('shop');
    expect(JSON.stringify(after)).not.toContain('shop');
  });

  test('leaves tables, values and the queues of the others as they are', () => {
    const lasting = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue'];
    const kept = ofTypes(after, ...lasting);
    expect(Object.keys(kept)).toHaveLength(7);
    for (const [id, resource] of Object.entries(kept)) expect(resource).toEqual(before[id]);
  });
});
