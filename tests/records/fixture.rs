//! State as an earlier version left it, put into a real Redis.

use std::collections::BTreeMap;
use std::path::Path;

use redis::AsyncCommands;
use renkei::job::RunId;
use renkei::queue::Queue;

type Fields = BTreeMap<String, String>;

fn read<T: serde::de::DeserializeOwned>(file: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/state-v1").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the fixture is there")).expect("it is JSON")
}

/// The run of the fixture.
pub(crate) fn id() -> RunId {
    "1763700000000-0".parse().unwrap()
}

/// Puts a run with these fields into Redis, indexed.
pub(crate) async fn put(queue: &Queue, run: &RunId, link: Option<&str>, fields: &Fields) {
    let mut connection = queue.connection();
    let fields: Vec<_> = fields.iter().collect();
    let _: () = connection.hset_multiple(queue.keys().run(run), &fields).await.unwrap();
    let score: u64 = run.as_str().split('-').next().unwrap().parse().unwrap();
    let _: () = connection.zadd(queue.keys().runs(), run.as_str(), score).await.unwrap();
    if let Some(link) = link {
        let _: () = connection.zadd(queue.keys().runs_of(link), run.as_str(), score).await.unwrap();
    }
}

/// The fixture's run with its people.
pub(crate) async fn put_v1(queue: &Queue) {
    put(queue, &id(), Some("acme"), &read("run.json")).await;
    for person in read::<Vec<Fields>>("people.json") {
        let person: Vec<_> = person.iter().collect();
        let _: String = queue.connection().xadd(queue.keys().people(&id()), "*", &person).await.unwrap();
    }
}

/// The fixture's job, unread on the stream.
pub(crate) async fn put_v1_job(queue: &Queue, entry: &str) {
    let job: Fields = read("job.json");
    let job: Vec<_> = job.iter().collect();
    let _: String = queue.connection().xadd(queue.keys().jobs(), entry, &job).await.unwrap();
}

/// A run's fields out of words `name=value`.
pub(crate) fn fields(words: &[&str]) -> Fields {
    let pair = |word: &&str| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    words.iter().filter_map(pair).collect()
}
