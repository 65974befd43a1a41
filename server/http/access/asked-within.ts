const within = new WeakSet<Request>();

/** Marks a request that this server makes of itself for one that came from outside, and was counted there. */
export function askWithin(request: Request): Request {
  within.add(request);
  return request;
}

/** Whether this is such a request: nobody outside can say so. */
export const isAskedWithin = (request: Request): boolean => within.has(request);
