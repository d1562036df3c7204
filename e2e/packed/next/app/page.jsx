import { python } from 'nogil';

export const dynamic = 'force-dynamic';

/** A server component that Python computes for. */
export default function Page() {
  return <p>The sum is {python.eval('40 + 2')}.</p>;
}
