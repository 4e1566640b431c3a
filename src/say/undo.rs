//! What undoing goes back to, and what it cannot bring back.

use crate::lab::{Lab, Loss, Plan};

/// The moment that is gone back to, by its time of day and what was passed.
pub fn moment(lab: &Lab, plan: &Plan) -> String {
    let time = jiff::Timestamp::from_millisecond(plan.at).map(|at| at.to_zoned(jiff::tz::TimeZone::system()));
    let time = time.map(|at| at.strftime("%H:%M:%S").to_string()).unwrap_or_default();
    let titles: Vec<&str> =
        lab.checks.iter().filter(|check| plan.passed.contains(&check.name)).map(|check| check.title.as_str()).collect();
    match titles.as_slice() {
        [] => format!("{time}의 상태로 되돌려요."),
        [one] => format!("{time}, 확인 1개가 통과했을 때로 되돌려요: {one}"),
        [.., last] => format!("{time}, 확인 {}개가 통과했을 때로 되돌려요. 마지막은 {last}", titles.len()),
    }
}

/// What does not come back.
pub fn loss(loss: Loss) -> &'static str {
    match loss {
        Loss::Logs => "새로 만드는 Pod에는 전의 로그와 컨테이너 안의 파일이 없어요.",
        Loss::Data => "다시 만드는 볼륨(PVC)에는 전에 담긴 데이터가 없어요.",
        Loss::Jobs => "다시 만드는 Job은 처음부터 다시 돌아요.",
    }
}
