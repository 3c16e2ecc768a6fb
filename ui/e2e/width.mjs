/** What sticks out of the window to the right, unless it lies in a box that scrolls or is moved out on purpose. */
export function sticksOut(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const tooWide = [...document.querySelectorAll('main *, header *')].filter(
      (element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !element.closest('pre, .table, .unseen'),
    );
    return [root.scrollWidth - root.clientWidth, ...tooWide.map((element) => element.outerHTML.slice(0, 80))];
  });
}
