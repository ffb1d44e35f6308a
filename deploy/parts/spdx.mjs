// Licences as SPDX expressions: MIT, MS-PL OR Apache-2.0, (MIT AND BSD-3-Clause), GPL-2.0-only WITH Classpath-exception-2.0.

/** Whether the expression holds when exactly the licences for which `isAllowed` is true may be taken. */
export function allows(expression, isAllowed) {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let next = 0;
  const fault = () => new Error(`'${expression}' is no SPDX expression; such as 'MIT' or 'MS-PL OR Apache-2.0' would be.`);

  function any() {
    let allowed = all();
    while (tokens[next] === 'OR') { next++; allowed = all() || allowed; }
    return allowed;
  }
  function all() {
    let allowed = one();
    while (tokens[next] === 'AND') { next++; allowed = one() && allowed; }
    return allowed;
  }
  function one() {
    let token = tokens[next++];
    if (token === '(') {
      const allowed = any();
      if (tokens[next++] !== ')') throw fault();
      return allowed;
    }
    if (token === undefined || /^(\)|OR|AND|WITH)$/.test(token)) throw fault();
    if (tokens[next] === 'WITH') { token += ` WITH ${tokens[next + 1]}`; next += 2; }
    return isAllowed(token);
  }

  const allowed = any();
  if (next !== tokens.length) throw fault();
  return allowed;
}
