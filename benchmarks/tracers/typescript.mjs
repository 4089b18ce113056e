// Rewrites a copy of a package so that its functions write down who called them: `node typescript.mjs ROOT SOURCES OUT`.
//
// Every function below ROOT/SOURCES enters itself on a stack and leaves it; an await or a yield gives the stack back to
// whoever called, and takes it again when it goes on. So a caller is the nearest function of the package or of its tests,
// with nothing but the platform's or another package's code between. Lines stay as they are. OUT/functions gets a line for
// each function (`id, path, first line, last line, name`), OUT/edges one for each edge (`caller, callee`). The package's own
// TypeScript compiler parses; nothing of a test file is written down.

import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [root, sources, out] = process.argv.slice(2).map((one) => path.resolve(one))
const ts = createRequire(path.join(root, 'package.json'))('typescript')
const TEST_FILE = /\.(test|spec)\.[jt]sx?$/
const TEST = 0
const RECORDER = `
const state = (globalThis.__weighbridge ??= { current: null, seen: new Set() })
const fs = (state.fs ??= process.getBuiltinModule('node:fs'))
export const __wt = {
  enter(id, isModule) {
    const caller = state.current
    if (caller && caller.id && id && !isModule) {
      const edge = caller.id + '\\t' + id
      if (!state.seen.has(edge)) {
        state.seen.add(edge)
        fs.appendFileSync(${JSON.stringify(path.join(out, 'edges'))}, edge + '\\n')
      }
    }
    return (state.current = { id, caller })
  },
  exit(frame) {
    state.current = frame.caller
  },
  out(frame, value) {
    state.current = frame.caller
    frame.caller = null // whoever wakes it is its caller then, and nobody where it is woken by a failure
    return value
  },
  back(frame, value) {
    if (state.current !== frame) {
      frame.caller = state.current
      state.current = frame
    }
    return value
  },
}
`

const functions = []

/** The name that a function has, or that it is given where it stands. */
const nameOf = (node) => {
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent) ? node.parent.name : undefined)
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  return named && (ts.isIdentifier(named) || ts.isPrivateIdentifier(named)) ? named.text : ''
}

/** `text` with every function entered and left. */
const rewritten = (file, text) => {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind)
  const isTest = TEST_FILE.test(file)
  const relative = path.relative(root, file)
  const line = (position) => source.getLineAndCharacterOfPosition(position).line + 1
  const known = (first, last, name) => (isTest ? TEST : functions.push([functions.length + 1, relative, first, last, name].join('\t')))
  const edits = []
  const around = (node, before, inside, after) => {
    edits.push({ at: node.getStart(), text: before, rank: 1 })
    inside()
    edits.push({ at: node.getEnd(), text: after, rank: 0 })
  }
  const visitFunction = (node) => {
    const id = known(line(node.getStart()), line(node.getEnd()), nameOf(node))
    const enter = `const __f=__wt.enter(${id});try{`
    const leave = '}finally{__wt.exit(__f)}'
    const parts = [...(node.parameters ?? []), node.body]
    if (ts.isBlock(node.body) && !node.body.statements.length) {
      node.parameters?.forEach(visit)
      edits.push({ at: node.body.getStart() + 1, text: enter + leave, rank: 1 })
    } else if (ts.isBlock(node.body)) {
      edits.push({ at: node.body.getStart() + 1, text: enter, rank: 1 })
      parts.forEach(visit)
      edits.push({ at: node.body.getEnd() - 1, text: leave, rank: 0 })
    } else {
      node.parameters.forEach(visit)
      around(node.body, `{${enter}return(`, () => visit(node.body), `)${leave}}`)
    }
  }
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) {
      visitFunction(node)
    } else if (ts.isAwaitExpression(node)) {
      around(node, '__wt.back(__f,', () => around(node.expression, '__wt.out(__f,', () => visit(node.expression), ')'), ')')
    } else if (ts.isYieldExpression(node) && node.expression) {
      around(node, '__wt.back(__f,', () => around(node.expression, '__wt.out(__f,', () => visit(node.expression), ')'), ')')
    } else {
      const again = ts.isBlock(node) && (ts.isCatchClause(node.parent) || (ts.isTryStatement(node.parent) && node.parent.finallyBlock === node))
      if (again) edits.push({ at: node.getStart() + 1, text: '__wt.back(__f);', rank: 1 })
      ts.forEachChild(node, visit)
    }
  }
  const first = source.statements.find((one) => !(ts.isExpressionStatement(one) && ts.isStringLiteral(one.expression)))
  if (!first) return text
  const recorder = path.relative(path.dirname(file), path.join(root, 'weighbridge-recorder.mjs'))
  const id = known(0, 0, '')
  edits.push({
    at: first.getStart(),
    text: `import{__wt}from${JSON.stringify('./' + recorder)};const __f=__wt.enter(${id},true);`,
    rank: 1,
  })
  visit(source)
  edits.push({ at: text.length, text: '\n;__wt.exit(__f)\n', rank: 2 })
  const ordered = edits.map((edit, index) => ({ ...edit, index })).sort((a, b) => a.at - b.at || a.rank - b.rank || a.index - b.index)
  let done = 0
  let result = ''
  for (const edit of ordered) {
    result += text.slice(done, edit.at) + edit.text
    done = edit.at
  }
  return result + text.slice(done)
}

fs.mkdirSync(out, { recursive: true })
for (const entry of fs.readdirSync(sources, { recursive: true }).sort()) {
  const file = path.join(sources, entry)
  if (/\.tsx?$/.test(file) && !file.endsWith('.d.ts') && fs.statSync(file).isFile()) {
    fs.writeFileSync(file, rewritten(file, fs.readFileSync(file, 'utf8')))
  }
}
fs.writeFileSync(path.join(root, 'weighbridge-recorder.mjs'), RECORDER)
fs.writeFileSync(path.join(out, 'functions'), functions.join('\n') + '\n')
