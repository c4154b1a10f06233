package com.shop.orders.store;

import com.shop.orders.Spans;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
public class OrderRepository {
  private static final String INSERT = "orders.insert";
  private final JdbcTemplate jdbc;

  public OrderRepository(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    jdbc.execute("CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, sku VARCHAR(40), price DOUBLE)"); // span: CREATE TABLE *orders
  }

  public List<Map<String, Object>> recent() {
    return jdbc.queryForList("SELECT id, sku FROM orders ORDER BY id DESC"); // span: SELECT *orders [parent=GET /api/orders]
  }

  public Map<String, Object> find(int id) {
    return Spans.in("orders.find " + id, () -> { // span: orders.find 7
      List<Map<String, Object>> rows = jdbc.queryForList("SELECT id, sku, price FROM orders WHERE id = ?", id); // span: SELECT *orders [parent=orders.find 7]
      return rows.isEmpty() ? Map.of() : rows.get(0);
    });
  }

  public void insert(String sku, double price) {
    Spans.in(INSERT, () -> jdbc.update("INSERT INTO orders (sku, price) VALUES (?, ?)", sku, price)); // span: orders.insert // span: INSERT *orders
  }
}
