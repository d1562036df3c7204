/* global Response */
import { python } from 'nogil';

export const dynamic = 'force-dynamic';

/** A route handler, and the pool. */
export async function GET() {
  const { implementation } = python.import('sys');
  return Response.json({
    implementation: implementation.name,
    pool: await python.callAsync(python.eval('abs'), [-7]),
  });
}
