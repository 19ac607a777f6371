import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { type Tour, takeTour } from '@oms/kit/testing/tour.ts';
import { type Network, skip, startBlog } from './network.ts';

const README = new URL('../../README.md', import.meta.url);

describe('the tour of the blog in the README', { skip }, () => {
  let blog: Network;
  let tour: Tour;
  before(async () => {
    blog = await startBlog();
    tour = await takeTour(await readFile(README, 'utf8'), 'The blog', (command) =>
      command.replaceAll('http://127.0.0.1:8081', blog.api.address),
    );
  });
  after(() => blog.stop());

  it('creates, reads and changes a post', () => {
    const created = tour.outputOf('"First light"');
    assert.match(created, /^HTTP\/1.1 201/m);
    assert.match(created, /^location: \/posts\/[0-9a-f]{24}/m);
    assert.match(tour.outputOf('ID='), /^etag: "1"/m);
    assert.match(tour.outputOf('-X PUT'), /"slug":"second-light".*"tags":\["astronomy"\]/);
    assert.match(tour.outputOf('by-slug/first-light'), /"title":"Second light"/);
  });

  it('finds it in list, page and feed', () => {
    const output = tour.outputOf('feed.atom');
    assert.match(output, /^\[\{"id"/m);
    assert.match(output, /<h1>Second light<\/h1>/);
    assert.match(output, /<strong>still<\/strong>/);
  });

  it('signs in and writes a draft', () => {
    const output = tour.outputOf('TOKEN=');
    assert.match(output, /"username":"ada","role":"author"/);
    assert.match(output, /"state":"draft".*"author":"ada".*"publishedAt":null/);
    assert.match(output, /"publishedAt":null}"author":"ada"\n/, 'and she finds it');
  });

  it('is refused what breaks the contract, and finds nothing where it deleted', () => {
    const output = tour.outputOf('"No title"');
    assert.match(output, /"pointer":"\/title","code":"missing"/);
    assert.match(output, /HTTP\/1.1 204/);
    assert.match(output, /"code":"not_found"/);
  });
});
