//! `renkei sandbox`; what it serves has tests of its own.

use crate::renkei;

#[test]
fn too_few_people_have_no_room_for_the_edge_cases() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, _, stderr) = renkei(folder.path(), &["sandbox", "--employees", "19"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("20"), "{stderr}");
}

#[test]
fn an_address_in_use_is_a_failure_that_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let (code, stdout, stderr) =
        renkei(folder.path(), &["sandbox", "--listen", &address, "--smtp", "127.0.0.1:0"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("start the sandbox"), "{stderr}");
}
