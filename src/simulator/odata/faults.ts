/**
 * What OData refuses, in its own codes and words. Recorded from real servers: -1002, -1020, -1023, 8309, 212. The HTTP status of
 * FileMaker's other codes is assumed (`refusalStatus`).
 */
import { FileMakerFailure } from '../failure.ts';
import type { ODataOptions } from './options.ts';

export const syntaxError = (at: string): FileMakerFailure =>
  new FileMakerFailure('-1002', `Error: syntax error in URL at: '${at}'`, 400);

export const noTable = (name: string): FileMakerFailure =>
  new FileMakerFailure('-1020', `Table '${name}' not defined in database`, 404);

export const noField = (name: string): FileMakerFailure =>
  new FileMakerFailure('8309', `The field named '${name}' does not exist in a specified table (9)`, 400);

export const noRecord = (): FileMakerFailure =>
  new FileMakerFailure('-1023', 'Specified record not found', 404);

/** The words are assumed. */
export const incompatibleTypes = (): FileMakerFailure =>
  new FileMakerFailure('8309', 'FQL0013/(1:1): Incompatible data types.', 400);

export const unsupported = (): FileMakerFailure =>
  new FileMakerFailure('-1003', 'Operation is not supported', 400);

export const badBody = (): FileMakerFailure =>
  new FileMakerFailure('-1002', 'Error: syntax error in request body', 400);

/** What the server's other parts refuse, as OData says it. */
export function asOData(failure: FileMakerFailure, options: ODataOptions | undefined): FileMakerFailure {
  const { code, message, status } = failure;
  switch (code) {
    case '10':
    case '212':
    case '1702':
      return new FileMakerFailure('212', '(212): Invalid account/password', 401);
    case '101':
      return noRecord();
    case '1710':
    case '1708':
      return badBody();
    case '802':
      return new FileMakerFailure('802', message, status === 500 ? 404 : status);
    default:
      return isAboutRecords(code) && status === 500
        ? new FileMakerFailure(code, message, options?.refusalStatus ?? 400)
        : failure;
  }
}

/** Access, locks, validation: the request is at fault, not the server. */
const isAboutRecords = (code: string): boolean => {
  const number = Number(code);
  return number > 0 && number < 600;
};
