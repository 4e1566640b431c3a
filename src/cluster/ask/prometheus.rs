//! An instant query to a Prometheus, through its Service.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Means};
use crate::cluster::api::{ApiError, escape};
use crate::cluster::remote::Remote;
use crate::lab::{Promql, Reason};

/// The samples of a vector, or the one of a scalar; nothing where there is no such Service. One behind which no
/// Prometheus answers gives `error` and no samples: neither a query nor its opposite holds there.
pub(super) async fn ask(promql: &Promql, means: &Means) -> Answer {
    let place = format!("{}:{}", promql.service, promql.port);
    let path = format!(
        "/api/v1/namespaces/{}/services/{}/proxy/api/v1/query?query={}",
        escape(&promql.namespace),
        escape(&place),
        escape(&promql.query)
    );
    let ask = |remote: Remote| {
        let path = path.clone();
        async move { remote.api.raw(&path, &Default::default()).await }
    };
    let (status, _, body) = means.prober.within(&promql.namespace, ask).await?;
    told(StatusCode::from_u16(status).unwrap_or_default(), &body)
}

fn told(status: StatusCode, body: &str) -> Answer {
    let answer: Value = serde_json::from_str(body).unwrap_or_default();
    let message = || answer["error"].as_str().unwrap_or_default().to_owned();
    match answer["status"].as_str() {
        Some("success") => Ok(Some(json!({"samples": samples(&answer["data"])?}))),
        // Anything else that goes wrong is no fault of the query's: a timeout, a storage that cannot be read.
        Some("error") if !matches!(answer["errorType"].as_str(), Some("bad_data" | "execution")) => {
            Err(ApiError::of(Reason::Other, format!("Prometheus: {}", message())))
        }
        Some("error") => Err(ApiError::of(Reason::Expression, message())),
        // The API server itself: no such Service, or nothing behind it.
        Some(_) if answer["kind"] == "Status" && status == StatusCode::NOT_FOUND => Ok(None),
        Some(_) if answer["kind"] == "Status" => Ok(Some(json!({"error": answer["message"]}))),
        // What is too long is not kept.
        None if status == StatusCode::OK && body.is_empty() => {
            Err(ApiError::of(Reason::Expression, "답이 너무 길어요."))
        }
        // Somebody else's words, be they JSON.
        _ => Ok(Some(json!({"error": status.to_string()}))),
    }
}

fn samples(data: &Value) -> Result<Vec<Value>, ApiError> {
    let sample = |metric: &Value, pair: &Value| {
        let value = pair[1].as_str().and_then(|value| value.parse::<f64>().ok());
        json!({"metric": metric, "value": value})
    };
    match (data["resultType"].as_str(), &data["result"]) {
        (Some("scalar"), pair) => Ok(vec![sample(&json!({}), pair)]),
        (Some("vector"), Value::Array(items)) => {
            Ok(items.iter().map(|item| sample(&item["metric"], &item["value"])).collect())
        }
        (kind, _) => {
            let why = format!("결과가 vector도 scalar도 아니에요: {}", kind.unwrap_or_default());
            Err(ApiError::of(Reason::Expression, why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, expected: Result<Option<Value>, Reason>) {
        let told = told(StatusCode::from_u16(status).unwrap(), body);
        assert_eq!(told.map_err(|error| error.reason), expected, "{body}");
    }

    fn success(data: Value) -> String {
        json!({"status": "success", "data": data}).to_string()
    }

    #[test]
    fn vectors_and_scalars_become_samples() {
        let said = |samples: Value| Ok(Some(json!({ "samples": samples })));
        let vector = |value: &str| {
            success(json!({"resultType": "vector", "result": [{"metric": {"job": "web"}, "value": [1.5, value]}]}))
        };
        check(200, &vector("3"), said(json!([{"metric": {"job": "web"}, "value": 3.0}])));
        for nothing in ["NaN", "+Inf", "-Inf"] {
            check(200, &vector(nothing), said(json!([{"metric": {"job": "web"}, "value": null}])));
        }
        check(200, &success(json!({"resultType": "vector", "result": []})), said(json!([])));
        let scalar = success(json!({"resultType": "scalar", "result": [1.5, "0.25"]}));
        check(200, &scalar, said(json!([{"metric": {}, "value": 0.25}])));
    }

    #[test]
    fn what_cannot_be_asked_is_the_querys_fault() {
        let expression = |what: &str| Err(Reason::Expression(what.into()));
        let matrix = success(json!({"resultType": "matrix", "result": [{"metric": {}, "values": [[1, "1"]]}]}));
        check(200, &matrix, expression("결과가 vector도 scalar도 아니에요: matrix"));
        let text = success(json!({"resultType": "string", "result": [1.5, "up"]}));
        check(200, &text, expression("결과가 vector도 scalar도 아니에요: string"));
        check(200, "", expression("답이 너무 길어요."));
        let error = |kind: &str| json!({"status": "error", "errorType": kind, "error": "no"}).to_string();
        check(400, &error("bad_data"), expression("no"));
        check(422, &error("execution"), expression("no"));
        check(503, &error("timeout"), Err(Reason::Other("Prometheus: no".into())));
    }

    #[test]
    fn somebody_elses_words_are_not_the_api_servers() {
        check(200, r#"{"status": "ok"}"#, Ok(Some(json!({"error": "200 OK"}))));
        check(404, r#"{"status": "x"}"#, Ok(Some(json!({"error": "404 Not Found"}))));
        check(404, r#"{"kind": "Status", "status": "Failure"}"#, Ok(None));
    }

    #[test]
    fn a_service_without_a_prometheus_is_told_from_none() {
        let status = json!({"kind": "Status", "status": "Failure", "message": "no endpoints"}).to_string();
        check(404, &status, Ok(None));
        check(503, &status, Ok(Some(json!({"error": "no endpoints"}))));
        check(503, "Service Unavailable", Ok(Some(json!({"error": "503 Service Unavailable"}))));
        check(404, "<html>", Ok(Some(json!({"error": "404 Not Found"}))));
    }
}
