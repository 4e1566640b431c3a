//! An instant query to a Prometheus, through its Service.

use serde_json::{Value, json};

use super::{Answer, Means};
use crate::cluster::api::{ApiError, escape};
use crate::cluster::remote::Remote;
use crate::lab::{Promql, Reason};

/// The samples of a vector, or the one of a scalar; nothing where no Prometheus answers yet.
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
    let (_, _, body) = means.prober.within(&promql.namespace, ask).await?;
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    match answer["status"].as_str() {
        Some("success") => Ok(Some(json!({"samples": samples(&answer["data"])}))),
        Some("error") => {
            let message = answer["error"].as_str().unwrap_or_default().to_owned();
            Err(ApiError { reason: Reason::Expression(message.clone()), code: 0, message })
        }
        _ => Ok(None),
    }
}

fn samples(data: &Value) -> Vec<Value> {
    let sample = |metric: &Value, pair: &Value| {
        let value = pair[1].as_str().and_then(|value| value.parse::<f64>().ok());
        json!({"metric": metric, "value": value})
    };
    match (data["resultType"].as_str(), &data["result"]) {
        (Some("scalar"), pair) => vec![sample(&json!({}), pair)],
        (_, Value::Array(items)) => items.iter().map(|item| sample(&item["metric"], &item["value"])).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_and_scalars_become_samples() {
        let vector = json!({"resultType": "vector", "result": [{"metric": {"job": "web"}, "value": [1.5, "3"]}]});
        assert_eq!(samples(&vector), [json!({"metric": {"job": "web"}, "value": 3.0})]);
        assert_eq!(
            samples(&json!({"resultType": "scalar", "result": [1.5, "0.25"]})),
            [json!({"metric": {}, "value": 0.25})]
        );
        assert_eq!(samples(&json!({"resultType": "vector", "result": []})), Vec::<Value>::new());
        assert_eq!(
            samples(&json!({"resultType": "vector", "result": [{"metric": {}, "value": [1, "NaN"]}]}))[0]["value"],
            Value::Null
        );
    }
}
