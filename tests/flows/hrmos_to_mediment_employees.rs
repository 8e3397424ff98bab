//! HRMOS勤怠→mediment, 従業員情報: the cases of `reference/mediment.md` D2, each run twice.

use serde_json::json;

use crate::support::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_with_defaults_ends_and_a_second_writes_nothing() {
    for employees in [20, 120] {
        let world = World::clinic(employees, "").await;
        let _daemon = world.daemon("daemon").await;
        let run = world.xadd(&["link", "clinic", "flow", "hrmos-to-mediment-employees"]);
        let first = world.ended(&run).await;
        assert_eq!(first["status"], "完了", "{first}");
        let writes = world.sandbox.writes_of("mediment").await;
        let run = world.xadd(&["link", "clinic", "flow", "hrmos-to-mediment-employees"]);
        let second = world.ended(&run).await;
        println!("{first:#}\n{second:#}");
        assert_eq!(world.sandbox.writes_of("mediment").await, writes, "the second run writes nothing");
        assert_eq!(second["counts"]["created"], json!(0));
        for month in ["2026-09", "2026-10"] {
            let run = world.xadd(&["link", "clinic", "flow", "hrmos-to-mediment-attendance", "month", month]);
            let first = world.ended(&run).await;
            println!("{first:#}");
            assert_eq!(first["status"], "完了", "{first}");
            let writes = world.sandbox.writes_of("mediment").await;
            let run = world.xadd(&["link", "clinic", "flow", "hrmos-to-mediment-attendance", "month", month]);
            let second = world.ended(&run).await;
            assert_eq!(
                world.sandbox.writes_of("mediment").await,
                writes,
                "the second run writes nothing: {second}"
            );
        }
    }
}
