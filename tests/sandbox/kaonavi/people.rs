//! The people that the sandbox makes, seen through the API.

use renkei::sandbox::{Options, start};
use reqwest::{Client, Method, RequestBuilder, header};
use serde_json::{Value, json};

use super::support::{answer, client, members};

/// A whole sandbox with its demo tenant.
struct Demo {
    base: String,
    client: Client,
    token: String,
}

impl Demo {
    async fn of(base: String) -> Self {
        let mut demo = Self { base, client: client(), token: String::new() };
        let request =
            demo.client.post(format!("{}/token", demo.base)).basic_auth("demo-key", Some("demo-secret"));
        let form = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (status, body) = answer(form.body("grant_type=client_credentials")).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().expect("a token").clone_into(&mut demo.token);
        demo
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).header("Kaonavi-Token", &self.token)
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = answer(self.request(Method::GET, path)).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    /// Writes everything that a list holds as it is; the errors.
    async fn write_back(&self, path: &str, list: Value) -> Value {
        answer(self.request(Method::PATCH, path).json(&members(list))).await.1["errors"].clone()
    }
}

#[tokio::test]
async fn what_the_made_people_hold_could_have_been_written_through_the_api() {
    for employees in [20, 300] {
        let any = "127.0.0.1:0".parse().expect("an address");
        let options = Options { listen: any, smtp: any, employees, ..Options::default() };
        let sandbox = start(options).await.expect("free ports");
        let demo = Demo::of(format!("http://{}/kaonavi/api/v2.0", sandbox.addr())).await;

        let mut list = demo.get("/members").await["member_data"].take();
        for member in list.as_array_mut().expect("a list") {
            let object = member.as_object_mut().expect("members are objects");
            for key in ["id", "age", "years_of_service", "face_image", "custom_fields"] {
                object.remove(key).expect("it was read");
            }
        }
        assert!(list.as_array().map_or(0, Vec::len) > employees * 9 / 10);
        assert_eq!(demo.write_back("/members", list).await, Value::Null);

        for sheet in demo.get("/sheet_layouts").await["sheets"].as_array().expect("a list") {
            let path = format!("/sheets/{}", sheet["id"]);
            let list = demo.get(&path).await["member_data"].take();
            assert_ne!(list, json!([]), "{}", sheet["name"]);
            assert_eq!(demo.write_back(&path, list).await, Value::Null, "{}", sheet["name"]);
        }
        sandbox.stop().await;
    }
}
