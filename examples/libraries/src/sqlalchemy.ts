/** SQLAlchemy: Core and the ORM over SQLite in memory; rows to JavaScript. */
import assert from 'node:assert/strict';

import { kw, python } from 'nogil';

const sa = python.import('sqlalchemy');
const orm = python.import('sqlalchemy.orm');

// Core: text, tables and expressions.
const engine = sa.create_engine('sqlite://');
const metadata = sa.MetaData();
const users = sa.Table(
  'users',
  metadata,
  sa.Column('id', sa.Integer, kw({ primary_key: true })),
  sa.Column('name', sa.String(50)),
  sa.Column('age', sa.Integer),
);
metadata.create_all(engine);
python.with(engine.begin(), (connection) => {
  connection.execute(sa.insert(users), [
    { name: 'Ada', age: 36 },
    { name: 'Grace', age: 85 },
    { name: 'Kurt', age: 71 },
  ]);
});
python.with(engine.connect(), (connection) => {
  const old = sa.select(users.c.name, users.c.age).where(python.op.gt(users.c.age, 40));
  const names: string[] = [];
  for (const [name, age] of connection.execute(old.order_by(users.c.name))) {
    assert.ok(age > 40);
    names.push(name as string);
  }
  assert.deepEqual(names, ['Grace', 'Kurt']);
  const rows = [
    ...connection
      .execute(sa.text('SELECT name, age FROM users WHERE age < :limit'), { limit: 40 })
      .mappings(),
  ].map((row) => Object.fromEntries(row.items()));
  assert.deepEqual(rows, [{ name: 'Ada', age: 36 }]);
});

// A transaction is rolled back when the body throws, and the error is the very one.
const problem = new Error('changed my mind');
assert.throws(() => {
  python.with(engine.begin(), (connection) => {
    connection.execute(sa.delete(users));
    throw problem;
  });
}, problem);
python.with(engine.connect(), (connection) => {
  assert.equal(connection.scalar(sa.select(sa.func.count()).select_from(users)), 3);
});

// A JavaScript function listens to events.
const statements: string[] = [];
sa.event.listen(
  engine,
  'before_cursor_execute',
  (_connection: unknown, _cursor: unknown, statement: string) => {
    statements.push(statement);
  },
);

// The ORM: a mapped class, made by Python as its declarative style needs annotations.
const { User } = Object.fromEntries(
  python
    .run(
      `
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = 'users'
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    age: Mapped[int]

{'User': User}
`,
    )
    .items(),
);
python.with(orm.Session(engine), (session) => {
  session.add(User(kw({ name: 'Alan', age: 41 })));
  const ada = session.scalars(sa.select(User).filter_by(kw({ name: 'Ada' }))).one();
  ada.age = Number(ada.age) + 1;
  session.commit();
  const all = session.scalars(sa.select(User).order_by(User.name)).all();
  assert.deepEqual(
    [...all].map(({ name, age }) => [name, age]),
    [
      ['Ada', 37],
      ['Alan', 41],
      ['Grace', 85],
      ['Kurt', 71],
    ],
  );
  assert.equal(session.get(User, 1), ada);
});
assert.ok(statements.some((statement) => statement.startsWith('INSERT INTO users')));
const { IntegrityError } = python.import('sqlalchemy.exc');
assert.throws(
  () =>
    python.with(engine.begin(), (connection) => {
      connection.execute(sa.insert(users), { id: 1, name: 'twice', age: 1 });
    }),
  python.errors.of(IntegrityError),
);
engine.dispose();
