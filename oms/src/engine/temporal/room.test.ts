import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { Room } from './room.ts';

test('room is what is left of the most, by Temporal’s list and by our own starts since', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let listed: () => Promise<number> = async () => 3;
  let told = 0;
  const room = new Room({
    max: 5,
    count: () => listed(),
    onRoom: () => void told++,
    logger: pino({ level: 'silent' }),
  });
  const look = async () => {
    t.mock.timers.tick(500);
    await new Promise(setImmediate);
  };
  assert.equal(room.left(), 5);
  room.take();
  assert.equal(room.left(), 4);
  room.open();
  await look();
  assert.deepEqual([room.left(), told], [2, 1]);
  listed = async () => 9;
  await look();
  assert.deepEqual([room.left(), told], [0, 1], 'more than the most is no room, not less than none');
  listed = () => Promise.reject(new Error('away'));
  await look();
  assert.equal(room.left(), 0, 'what was known last counts while Temporal is away');
  listed = async () => 0;
  await look();
  assert.deepEqual([room.left(), told], [5, 2]);
  room.close();
  assert.equal(room.left(), 0);
});
