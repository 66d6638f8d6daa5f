/** What Lambda gives a function beside its event. */
import type { Context } from 'aws-lambda';

const notAsked = (): never => {
  throw new Error('nobody asks for it');
};

export const contextOf = (functionName: string, leftMs = 60_000): Context => ({
  callbackWaitsForEmptyEventLoop: false,
  functionName,
  functionVersion: '1',
  invokedFunctionArn: `arn:aws:lambda:eu-west-1:123456789012:function:${functionName}`,
  memoryLimitInMB: '512',
  awsRequestId: '1',
  logGroupName: functionName,
  logStreamName: '1',
  getRemainingTimeInMillis: () => leftMs,
  done: notAsked,
  fail: notAsked,
  succeed: notAsked,
});
