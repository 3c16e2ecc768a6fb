import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathOf, routeOf } from './route.ts';

describe('an address', () => {
  it('leads to a page and back to itself', () => {
    const paths = ['/', '/c/1', '/operate', '/operate/versions', '/operate/pairs', '/operate/audit'];
    for (const path of [...paths, '/operate/rounds/r7', '/sign-in']) assert.equal(pathOf(routeOf(path)), path);
  });

  it('of no section leads to the rounds', () => {
    for (const path of ['/operate/', '/operate/rounds', '/operate/rounds/', '/operate/unknown'])
      assert.deepEqual(routeOf(path), { page: 'operate', section: 'rounds' });
  });
});
