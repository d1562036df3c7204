// @ts-check
// Workers define a class of the same name, deriving from one Python type, at the same moment. Python threads
// construct objects of all of them and call their methods; some workers are terminated meanwhile. Each class is a type
// of its own, each answer is its own class's, and a call of a class whose worker is gone raises JavaScriptError.
import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import { python } from 'nogil';
import { mainPart, startCrew } from '../stage.mjs';

const WORKERS = 8;
const ENDED = 4;

const SOURCE = `
import gc, sys, threading
class Animal:
    def __init__(self, name):
        self.name = name
    def speak(self):
        return self.name + '!'
sys.Animal = Animal
sys.kinds = {}
sys.calling = True
sys.answers = 0
sys.refused = 0
sys.problems = []
def give(index, kind):
    sys.kinds[index] = kind
    sys.given.set()
sys.give = give
sys.given = threading.Event()
def call_all():
    sys.given.wait()
    while sys.calling:
        gc.collect()
        for index, kind in list(sys.kinds.items()):
            try:
                dog = kind('rex')
                answer = dog.speak()
                if answer != 'rex! of %d' % index: sys.problems.append(answer)
                if type(dog) is not kind or not isinstance(dog, Animal): sys.problems.append(repr(dog))
                sys.answers += 1
            except BaseException as error:
                if type(error).__name__ != 'JavaScriptError': sys.problems.append(repr(error))
                sys.refused += 1
sys.callers = [threading.Thread(target=call_all) for _ in range(2)]
for thread in sys.callers: thread.start()
`;

/** @param {import('../stage.mjs').Part} part */
export async function definer({ index, until }) {
  const Animal = /** @type {new (name: string) => { speak(): string }} */ (
    python.eval('sys.Animal')
  );
  class Dog extends Animal {
    #index = index;

    /** @override */
    speak() {
      return `${super.speak()} of ${this.#index}`;
    }
  }
  let own = 0;
  python.eval('sys.give')(index, Dog);
  while (Date.now() < until || own === 0) {
    const dog = new Dog('bo');
    assert.equal(dog.speak(), `bo! of ${index}`);
    assert.ok(dog instanceof Dog && dog instanceof Animal);
    own += 1;
    await new Promise((resolve) => setImmediate(resolve)); // and serves the others
  }
  parentPort?.postMessage(own);
  parentPort?.on('message', () => parentPort?.close()); // stays and serves, until told
}

export default async function derivedClasses() {
  const part = mainPart();
  python.run(SOURCE);
  const crew = startCrew(import.meta.url, 'definer', WORKERS, part);
  await Promise.all(
    crew.workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))),
  );
  await Promise.all(crew.workers.slice(0, ENDED).map((worker) => worker.terminate()));
  const refused = python.eval('sys.refused');
  while (python.eval('sys.refused') === refused) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  python.run('sys.calling = False\nfor thread in sys.callers: thread.join(20)');
  for (const worker of crew.workers.slice(ENDED)) worker.postMessage('end');
  await crew.ended;
  assert.equal(python.repr(python.eval('sys.problems')), '[]');
  assert.ok(python.eval('sys.answers') > 0);
  const names = python.eval('len({kind.__qualname__ for kind in sys.kinds.values()})');
  assert.equal(names, WORKERS, 'each class has a qualified name of its own');
  assert.throws(() => python.eval('sys.kinds[0]("x")'), /JavaScript/u);
}
