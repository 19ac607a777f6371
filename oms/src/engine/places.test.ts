import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { type Place, Places } from './places.ts';

describe('places', () => {
  it('a quarter is kept for workflows that go on, the rest for new ones', () => {
    const places = new Places({ workflows_max: 64 });
    assert.deepEqual([places.capacity(), places.restartCapacity()], [48, 16]);
  });

  it('however few there are, each kind has one', () => {
    const places = new Places({ workflows_max: 1 });
    assert.deepEqual([places.capacity(), places.restartCapacity()], [1, 1]);
  });

  it('ten thousand that go on leave every place of the new ones free', async () => {
    const places = new Places({ workflows_max: 64 });
    for (let number = 0; number < 10_000; number++) void places.recover();
    assert.deepEqual([places.capacity(), places.restartCapacity()], [48, 0]);
    places.close();
  });

  it('of those that wait the first comes first, and of those left behind the newest', async () => {
    const places = new Places({ workflows_max: 4 });
    const waiting = { first: places.begin(), second: places.begin() };
    const atWork = await places.recover();
    const turns: string[] = [];
    const take = (name: string) => (place: Place) => {
      turns.push(name);
      place.leave();
    };
    const taken = [places.recover().then(take('old')), places.recover().then(take('new'))];
    for (const [name, place] of Object.entries(waiting)) {
      place.leave();
      taken.push(place.resume().then(() => take(name)(place)));
    }
    atWork.leave();
    await Promise.all(taken);
    assert.deepEqual(turns, ['first', 'second', 'new', 'old']);
    places.close();
  });

  it('that go on together are paced: sixteen at once, then forty a second', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const places = new Places({ workflows_max: 4_000 });
    let admitted = 0;
    for (let number = 0; number < 100; number++) void places.recover().then(() => admitted++);
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(admitted, 16);
    for (let tick = 0; tick < 40; tick++) {
      mock.timers.tick(25);
      await Promise.resolve();
    }
    await Promise.resolve();
    assert.equal(admitted, 56);
    places.close();
  });

  it('are given to nobody once they are closed', async () => {
    const places = new Places({ workflows_max: 4 });
    places.close();
    let isAdmitted = false;
    void places.recover().then(() => {
      isAdmitted = true;
    });
    await new Promise(setImmediate);
    assert.equal(isAdmitted, false);
  });
});
