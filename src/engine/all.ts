/** Waits until every piece of work has ended, also where one fails: nothing goes on behind the back of who waits. */
export async function all<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  const ended = await Promise.allSettled(work);
  return ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
